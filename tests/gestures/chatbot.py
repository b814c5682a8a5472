"""Gestures in a conversation: a message that is written and sent, an action that is pressed."""

from __future__ import annotations

from playwright.async_api import Page

from gestures import Row

CHAT = """
STATE["chat"] = [{"role": "assistant", "content": "Good day", "actions": {"more": "Tell me more"}}]
"""


async def write_and_send(page: Page) -> None:
    await page.get_by_placeholder("Write a message").press_sequentially("What is in stock?")
    await page.keyboard.press("Enter")


async def press_the_action(page: Page) -> None:
    await page.get_by_role("button", name="Tell me more").click()


FIELDS = {"conversation": "@{chat}"}
MESSAGE = {"role": "user", "content": "What is in stock?", "files": []}

ROWS = [
    Row("chatbot", "wf-chatbot-message", write_and_send, f"dict {MESSAGE!r}", FIELDS, code=CHAT),
    Row("chatbot", "wf-chatbot-action-click", press_the_action, "str 'more'", FIELDS, code=CHAT),
]
