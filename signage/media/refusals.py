"""What an upload can be refused for: one code -> a `RefusedFile` that names the cause and the remedy in ja and en."""

from signage.domain.errors import RefusedFile

MAX_PIXELS = 50_000_000
MAX_SIDE = 8_000
MAX_DURATION_MS = 600_000

_TEXTS: dict[str, tuple[str, str]] = {
    "empty": (
        "ファイルが空です。もう一度書き出してから、アップロードしてください。",
        "This file is empty. Export it again and upload the new one.",
    ),
    "too_large": (
        "ファイルが大きすぎます(上限 {limit_mb} MB)。画質を下げて書き出し直してください。",
        "This file is over the limit of {limit_mb} MB. Export it at a lower quality and try again.",
    ),
    "unknown_type": (
        "画像でも動画でもないファイルです。PNG・JPEG・WebP・PDF、またはMP4・WebMで保存し直してください。",
        "This is neither an image nor a video we can show. Save it as PNG, JPEG, WebP or PDF, or as MP4 or WebM.",
    ),
    "svg": (
        "SVGは使えません。PNGで書き出し直してください。",
        "SVG files can't be used. Export it as PNG and try again.",
    ),
    "html": (
        "中身がウェブページ(HTML)です。画像か動画で保存し直してください。",
        "This file is a web page (HTML). Save it as an image or a video and try again.",
    ),
    "archive": (
        "ZIPなどの圧縮ファイルは使えません。展開して、画像か動画を1つずつアップロードしてください。",
        "Archives such as ZIP can't be used. Unpack it and upload the images and videos themselves.",
    ),
    "office": (
        "PowerPoint・Word・Excelなどの文書は、そのままでは使えません。PDFで書き出して、アップロードしてください。",
        "PowerPoint, Word and Excel files can't be used as they are. Export it as PDF and upload that.",
    ),
    "broken_pdf": (
        "PDFが壊れているため読み取れません。書き出し直して、もう一度アップロードしてください。",
        "This PDF is damaged and can't be read. Export it again and upload the new one.",
    ),
    "pdf_locked": (
        "パスワードの付いたPDFです。パスワードを外して書き出し直してください。",
        "This PDF asks for a password. Export it without one and try again.",
    ),
    "pdf_pages": (
        "PDFのページが多すぎます({pages}ページ、上限{most})。必要なページだけを書き出してください。",
        "This PDF has {pages} pages, more than {most}. Export only the pages you need.",
    ),
    "damaged": (
        "送信中にファイルの内容が変わりました。もう一度アップロードしてください。",
        "The file changed on its way. Upload it again.",
    ),
    "heic": (
        "HEICの写真は使えません。JPEGで書き出し直してください。",
        "HEIC photos can't be used. Export it as JPEG and try again.",
    ),
    "name_says_image": (
        "{claimed}という名前ですが、中身は動画です。{actual}として保存し直してください。",
        "This file is named .{extension} but is a video. Save it as .{actual_lower} and try again.",
    ),
    "name_says_video": (
        "{claimed}という名前ですが、中身は画像です。{actual}として保存し直してください。",
        "This file is named .{extension} but is an image. Save it as .{actual_lower} and try again.",
    ),
    "too_many_pixels": (
        "画像が大きすぎます({width}×{height})。一辺8,000px以内、5,000万画素以内に縮小してください。",
        "This picture is too large ({width}×{height}). Shrink it to at most 8,000 px a side and 50 megapixels.",
    ),
    "animated": (
        "動く画像は使えません。MP4かWebMの動画として書き出し直してください。",
        "Animated pictures can't be used. Export it as an MP4 or WebM video and try again.",
    ),
    "broken_image": (
        "画像が壊れているか、途中で切れています。書き出し直して、もう一度アップロードしてください。",
        "This picture is damaged or cut off. Export it again and upload the new one.",
    ),
    "broken_video": (
        "動画が壊れているため読み取れません。書き出し直して、もう一度アップロードしてください。",
        "This video is damaged and can't be read. Export it again and upload the new one.",
    ),
    "truncated_video": (
        "動画が途中で切れています。書き出し直して、もう一度アップロードしてください。",
        "This video is cut off before its end. Export it again and upload the new one.",
    ),
    "no_picture": (
        "映像の入っていないファイルです。映像付きの動画を書き出し直してください。",
        "This file has sound but no picture. Export a video with a picture track and try again.",
    ),
    "too_long": (
        "動画が長すぎます(上限10分)。短く切り出してください。",
        "This video is longer than 10 minutes. Cut it shorter and try again.",
    ),
    "too_heavy": (
        "変換に必要な時間またはメモリーが上限を超えました。解像度か長さを減らして書き出し直してください。",
        "Converting this file needs more time or memory than allowed. Export it smaller or shorter and try again.",
    ),
}


def refused(code: str, **figures: str | int | float) -> RefusedFile:
    """Code (a key above) and the figures that its text names -> the error to raise. KeyError for an unknown code."""
    ja, en = _TEXTS[code]
    return RefusedFile(code=f"file_{code}", ja=ja.format(**figures), en=en.format(**figures), figures=dict(figures))


CODES = frozenset(_TEXTS)
