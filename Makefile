# Needs Python 3.11 or later and nothing else: everything goes into .venv.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# Bytecode is written at installation, else the first command takes twice as long, and every one where Python may not write.
COMPILE := python -m compileall -qq -j 0 -x transformers/models/

.PHONY: demo test test-real install check lock messages clean

demo: install ## install, build the demo and serve it on http://127.0.0.1:8000
	$(BIN)/listener demo --port $(PORT)

test: .venv/.installed-dev ## install everything and run the tests
	$(BIN)/python -m pytest

test-real: .venv/.installed-dev ## try the collectors against real servers on loopback; says which cannot be had
	$(BIN)/uv sync --locked --inexact --group real
	$(BIN)/python -m pytest -n 0 -rs tests/real

check: .venv/.installed-dev ## lint, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

messages: .venv/.installed-dev ## bring the catalogues of the interface up to date with the texts in code and templates
	$(BIN)/python -m listener.wording.gathering

install: .venv/.installed

$(BIN)/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check uv==0.13.9

.venv/.installed: pyproject.toml uv.lock | $(BIN)/uv
	$(BIN)/uv sync --locked --inexact --no-dev --extra postgres
	$(BIN)/$(COMPILE) .venv/lib api listener models nlp
	touch $@

.venv/.installed-dev: pyproject.toml uv.lock | $(BIN)/uv
	$(BIN)/uv sync --locked --inexact
	$(BIN)/$(COMPILE) .venv/lib api listener models nlp
	touch $@ .venv/.installed

lock: | $(BIN)/uv
	$(BIN)/uv lock

clean:
	rm -rf .venv
