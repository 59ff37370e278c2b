# `make demo` and `make test` do everything on a machine that has git, make and Python 3.11 or later.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# Tests and the demo start many processes: what Python has compiled is kept, whatever the shell says of it.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check bench lint setup lock translations clean

demo: setup ## set everything up, play a day of a shop, serve it at http://127.0.0.1:8000
	$(BIN)/pinwheel demo $(ARGS)

test: setup browser lint ## every test, browser ones included
	$(BIN)/pytest tests --numprocesses 2 --dist worksteal $(ARGS)

check: setup lint ## the tests that need no database, in seconds
	$(BIN)/pytest tests/rules tests/plan tests/style tests/docs $(ARGS)

bench: setup ## the benchmarks of bench/README.md, as a table with ratios
	$(BIN)/python -m bench $(ARGS)

lint: setup ## style, types and the arrows between rooms
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/lint-imports
	$(BIN)/mypy

setup: .venv/ready translations ## virtual environment with the locked dependencies

.venv/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch .venv/ready

translations: .venv/ready
	$(BIN)/python -m pinwheel.config.translations

browser: ## Chromium for the browser tests: installed from the system's packages where possible
	@sh tests/browser/install.sh

lock: ## renew the locks from pyproject.toml; they are hashed and name no index
	$(BIN)/uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
		--no-annotate --custom-compile-command "make lock" \
		--quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --custom-compile-command "make lock" \
		--quiet --output-file requirements-dev.lock
	$(BIN)/uv pip compile bench/peers.in --universal --python-version 3.11 --generate-hashes \
		--no-annotate --custom-compile-command "make lock" \
		--quiet --output-file bench/peers.lock

clean: ## remove the virtual environment and local data
	rm -rf .venv data build
