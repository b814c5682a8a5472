"""Pictures of PIL on their way to a browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
from mainspring.runtime.media_types import sniff
from mainspring.runtime.pictures import picture_file
from PIL import Image


def reopened(image: Image.Image, name: str, **how: Any) -> Image.Image:
    file = io.BytesIO()
    image.save(file, name, **how)
    return Image.open(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize(
    ("image", "media_type"),
    [
        (Image.new("RGB", (4, 4)), "image/png"),
        (Image.new("CMYK", (4, 4)), "image/png"),
        (Image.new("RGB", (2001, 2000)), "image/jpeg"),
        (Image.new("RGBA", (2001, 2000)), "image/webp"),
        (reopened(Image.new("RGB", (4, 4)), "JPEG"), "image/jpeg"),
        (reopened(Image.new("RGB", (4, 4)), "PNG"), "image/png"),
    ],
    ids=["small", "colours of print", "large", "large, transparent", "a photograph", "a drawing"],
)
def test_a_picture_goes_as_the_file_that_suits_it(image: Image.Image, media_type: str) -> None:
    data, said = picture_file(image)

    assert (said, sniff(data)) == (media_type, media_type)
    assert Image.open(io.BytesIO(data)).size == image.size


@pytest.mark.parametrize(("name", "media_type"), [("GIF", "image/gif"), ("WEBP", "image/webp")])
def test_a_picture_that_moves_keeps_its_frames_and_the_app_its_place(name: str, media_type: str) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "green", "blue")]
    image = reopened(frames[0], name, save_all=True, append_images=frames[1:], duration=100)
    image.seek(1)

    data, said = picture_file(image)

    assert said == media_type
    assert getattr(Image.open(io.BytesIO(data)), "n_frames", 1) == 3
    assert image.tell() == 1
