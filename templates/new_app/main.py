"""Handlers of this app: plain functions, linked to events of components in the Builder."""

from mainspring.runtime import init_state

init_state({})
