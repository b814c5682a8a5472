# The two commands to know: `make hello` and `make test`. Everything they need they install themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: hello dev test lint clean
.DEFAULT_GOAL := hello
