"""One frozen settings object for signage, read from the environment at start; wrong values fail loudly there."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LEAST_SECRET = 16


class Settings(BaseSettings):
    """Every field is documented in docs/configuration.md (a test holds them together)."""

    model_config = SettingsConfigDict(env_prefix="SHELFCAST_", frozen=True, extra="ignore")

    data_dir: Path = Field(Path("shelfcast-data"), description="Where databases, artifacts, media and logs are kept")
    database_url: str = Field("", description="Signage's database URL; empty = SQLite in the data directory")
    redis_url: str = Field("", validation_alias="REDIS_URL", description="Redis or Valkey; empty = the embedded server")
    host: str = Field("127.0.0.1", description="Address that the web process binds")
    port: int = Field(8000, ge=0, le=65535, description="Port that the web process binds")
    public_url: str = Field("", description="Address in every label, member and registration QR; empty = host and port")
    secret_key: str = Field(
        "", description="Signs sessions and tokens; empty = made once and kept in the data directory"
    )
    camera_key: str = Field(
        "", description="Bearer key of camera processes; empty = made once and kept in the data directory"
    )
    tls: bool = Field(False, description="Serve HTTPS/WSS with the store CA made in the data directory")
    tls_names: str = Field(
        "", description="Comma-separated host names and addresses in the certificate, besides localhost"
    )
    proxies: int = Field(
        0,
        ge=0,
        le=5,
        description="Reverse proxies in a row whose X-Forwarded-For and -Proto are believed; 0 = nobody's",
    )
    demo: bool = Field(False, description="Serve /demo and label simulated data")
    web_connections: int = Field(
        4000, ge=10, description="Sockets and requests one web process holds; at least 2 x screens"
    )
    train_every_h: float = Field(
        24, ge=0, description="Hours between trainings while `shelfcast run` runs; 0 = never by itself"
    )
    decision_days: int = Field(90, ge=1, description="Days that decision records are kept, and what explains them")
    camera_modes: Annotated[dict[str, Literal["off", "presence", "demographics"]], NoDecode] = Field(
        {"Asia/Tokyo": "demographics", "*": "presence"},
        description="The most that a camera may do, by region: time zones, their first part, or * for all others",
    )
    sample_hours: int = Field(
        24, ge=1, le=24, description="Hours that a camera's counts by the second are kept; at most 24"
    )
    audience_days: int = Field(
        400, ge=1, description="Days that people are kept as counts of each play and, rounded, of each five minutes"
    )
    play_days: int = Field(1095, ge=92, description="Days that plays are kept; no fewer than audience_days")
    audit_days: int = Field(1095, ge=1, description="Days that it is kept who did what in the studio")
    log_days: int = Field(30, ge=2, description="Days after which no line is left in logs/")
    holdout_percent: int = Field(
        0,
        ge=0,
        le=50,
        description="Screen and time blocks in which each open campaign is withheld, to see what it changes",
    )
    separation_min: int = Field(
        5, ge=1, le=30, description="Minutes that competing campaigns keep from each other on one screen"
    )
    four_eyes: bool = Field(
        True, description="A campaign is approved by somebody else than who changed it last, where there are two"
    )
    review: Annotated[tuple[str, ...], NoDecode] = Field(
        ("alcohol", "tobacco", "age_limited", "adult", "medicine", "supplement", "ad", "competing"),
        description="What an approver has to look at and tick: law classes, categories of the catalogue, ad, competing",
    )
    alert_url: str = Field("", description="Webhook that is told of alerts; empty = they only stand in the studio")
    alert_secret: str = Field("", description="Signs what the webhook is told; at least 16 characters")
    alert_private: bool = Field(
        False, description="The webhook may be plain http and at an address of a private network"
    )
    upload_max_mb: int = Field(500, ge=1, description="Largest upload in megabytes")
    tax_rounding: Literal["down", "up", "nearest"] = Field(
        "down", description="How the retailer rounds the tax in a price: down, up or nearest"
    )
    stock_plenty: int = Field(10, ge=2, description="From this many units up a product is said to be in stock")
    stock_few: int = Field(3, ge=0, description="At most this many units are counted out (Only 2 left); 0 = never")
    stock_fresh_min: int = Field(10, ge=1, description="Minutes after which a stock level is no longer believed")

    @model_validator(mode="after")
    def _few_is_not_plenty(self) -> Self:
        if self.stock_few >= self.stock_plenty:
            raise ValueError("SHELFCAST_STOCK_FEW must be below SHELFCAST_STOCK_PLENTY")
        return self

    @field_validator("camera_modes", mode="before")
    @classmethod
    def _by_region(cls, value: object) -> object:
        """Asia/Tokyo=demographics,*=presence -> a mapping."""
        if not isinstance(value, str):
            return value
        return {region.strip(): mode.strip() for region, _, mode in (part.partition("=") for part in value.split(","))}

    @field_validator("review", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """alcohol, BEERS/ALES -> its words in order; "" = none."""
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _plays_outlive_their_people(self) -> Self:
        if self.play_days < self.audience_days:
            raise ValueError("SHELFCAST_PLAY_DAYS must not be below SHELFCAST_AUDIENCE_DAYS")
        return self

    @model_validator(mode="after")
    def _alerts_are_signed(self) -> Self:
        if self.alert_url and len(self.alert_secret) < LEAST_SECRET:
            raise ValueError(f"SHELFCAST_ALERT_SECRET must have at least {LEAST_SECRET} characters")
        schemes = {"https", "http"} if self.alert_private else {"https"}
        if self.alert_url and urlsplit(self.alert_url).scheme not in schemes:
            raise ValueError("SHELFCAST_ALERT_URL must be https")
        return self

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'signage.db').resolve()}"

    @property
    def media(self) -> Path:
        return self.data_dir / "media"

    @property
    def logs(self) -> Path:
        return self.data_dir / "logs"

    @property
    def base_url(self) -> str:
        """What goes into every QR: the public URL, else the certificate's first name, else the bound address."""
        name = next((name.strip() for name in self.tls_names.split(",") if self.tls and name.strip()), self.host)
        return (self.public_url or f"{'https' if self.tls else 'http'}://{name}:{self.port}").rstrip("/")
