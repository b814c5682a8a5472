"""What the gallery shows: the beans, shops and papers of a small roastery."""

import io
import math
import struct
import wave

# What handlers were given, by the component that fired the event.
NOTHING_TOLD: dict[str, str] = {}
BEANS = {
    "sidamo": {"name": "Sidamo", "country": "Ethiopia", "price": 14.5},
    "huila": {"name": "Huila", "country": "Colombia", "price": 12.9},
    "mandheling": {"name": "Mandheling", "country": "Sumatra", "price": 13.8},
}
STOCK = [
    {"bean": "Sidamo", "roast": "light", "kilos": 42, "price": 14.5, "organic": True},
    {"bean": "Huila", "roast": "medium", "kilos": 118, "price": 12.9, "organic": True},
    {"bean": "Mandheling", "roast": "dark", "kilos": 27, "price": 13.8, "organic": False},
    {"bean": "Santos", "roast": "medium", "kilos": 203, "price": 9.4, "organic": False},
    {"bean": "Kirinyaga", "roast": "light", "kilos": 16, "price": 18.2, "organic": True},
    {"bean": "Antigua", "roast": "dark", "kilos": 64, "price": 13.1, "organic": False},
]
SHOPS = [
    {"id": "hamburg", "lat": 53.55, "lng": 9.99, "name": "Hamburg"},
    {"id": "berlin", "lat": 52.52, "lng": 13.4, "name": "Berlin"},
    {"id": "copenhagen", "lat": 55.68, "lng": 12.57, "name": "Copenhagen"},
]
ORDER = {
    "number": 1042,
    "customer": {"name": "Ada Lovelace", "city": "London"},
    "lines": [{"bean": "Sidamo", "kilos": 2}, {"bean": "Huila", "kilos": 5}],
    "paid": True,
}
# What the inputs hold at first.
FORM = {
    "kilos": 12,
    "heat": 205,
    "price": [9, 18],
    "grind": True,
    "drum": True,
    "extras": ["filter", "tin"],
    "roast": "light",
    "bean": "sidamo",
    "country": "et",
    "blend": ["sidamo", "huila"],
    "delivery": "2026-03-02",
    "opening": "07:30",
    "colour": "#8a4b2a",
    "stars": 4,
}
QUERY = """SELECT bean, SUM(kilos) AS sold
FROM orders
WHERE ordered >= '2026-01-01'
GROUP BY bean
ORDER BY sold DESC;"""
PHRASE = [
    "The ",
    ["Sidamo", "bean"],
    " from ",
    ["Ethiopia", "country"],
    " arrives on ",
    ["Friday", "date"],
    ".",
]
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
SOLD = [31, 28, 35, 40, 52, 61]
SALES_GRAPH = {
    "data": [{"type": "bar", "x": DAYS, "y": SOLD, "name": "Kilos sold"}],
    "layout": {"height": 300, "yaxis": {"title": {"text": "Kilos"}}},
}
SALES_CHART = {
    "mark": {"type": "line", "point": True},
    "data": {"values": [{"day": day, "kilos": kilos} for day, kilos in zip(DAYS, SOLD, strict=True)]},
    "encoding": {
        "x": {"field": "day", "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0}},
        "y": {"field": "kilos", "type": "quantitative", "title": "Kilos"},
    },
}
REPORT = "bean,kilos\n" + "".join(f"{row['bean']},{row['kilos']}\n" for row in STOCK)
CONVERSATION = [
    {"role": "user", "content": "Which bean suits a filter?"},
    {
        "role": "assistant",
        "content": "A light roast, such as **Sidamo**:\n\n1. 60 g of beans for a litre\n2. water at 94 °C\n"
        "3. three minutes",
        "actions": {"espresso": "And for espresso?", "cold": "And cold brew?"},
    },
]
ANSWER = (
    "Gladly. This answer is made by `answer` in `main.py`, **word by word**: it appends to the last message, "
    "and the page follows. Put a model of yours in its place."
)
MORE = {
    "espresso": "**Mandheling**, roasted dark: 18 g in, 36 g out, in 28 seconds.",
    "cold": "**Huila**: 100 g for a litre, twelve hours in the fridge.",
}
SHADES = ["#b7791f", "#c05621", "#9c4221", "#7b341e", "#6b4f3a", "#4a3728"]
_BARS = "".join(
    f'<rect x="{30 + place * 74}" y="{220 - kilos * 3}" width="44" height="{kilos * 3}" fill="{fill}"/>'
    for place, (kilos, fill) in enumerate(zip(SOLD, SHADES, strict=True))
)


class Drawing:
    """Shows itself as notebooks show it: what has ``_repr_svg_`` is a picture here, too."""

    def _repr_svg_(self) -> str:
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 240" width="480" height="240">'
            f'<rect width="480" height="240" rx="12" fill="#f6ead9"/>{_BARS}</svg>'
        )


def tone(seconds: float = 1.0, hertz: float = 440.0, rate: int = 8000) -> bytes:
    """A quiet tone that fades out, as a WAV file."""
    frames = int(seconds * rate)
    heights = (int(9000 * (1 - n / frames) * math.sin(2 * math.pi * hertz * n / rate)) for n in range(frames))
    file = io.BytesIO()
    with wave.open(file, "wb") as opened:
        opened.setnchannels(1)
        opened.setsampwidth(2)
        opened.setframerate(rate)
        opened.writeframes(b"".join(struct.pack("<h", height) for height in heights))
    return file.getvalue()


def paper(*lines: str) -> bytes:
    """A page of PDF with a title and lines below it; such files usually come from a package such as fpdf2."""
    title, *rest = lines
    text = [f"BT /F1 26 Tf 56 760 Td ({title}) Tj 0 -24 Td /F1 13 Tf"]
    words = "\n".join([*text, *(f"0 -22 Td ({line}) Tj" for line in rest), "ET"])
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            " /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        f"<< /Length {len(words)} >>\nstream\n{words}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    file, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return f"{file}xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{end}".encode()
