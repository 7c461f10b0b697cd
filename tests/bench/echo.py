"""The barest flask-sock broadcaster: what the fan-out bench compares with."""

from flask import Flask, request
from flask_sock import Sock
from simple_websocket import Server


def create() -> Flask:
    app = Flask("echo")
    sockets: list[Server] = []

    @Sock(app).route("/v1/player/socket")
    def hold(socket: Server) -> None:
        sockets.append(socket)
        while True:
            socket.receive()

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.post("/broadcast")
    def broadcast() -> str:
        text = request.get_data(as_text=True)
        for _ in range(int(request.args["rounds"])):
            for socket in sockets:
                socket.send(text)
        return str(len(sockets))

    return app
