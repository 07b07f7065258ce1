# The one door: every command installs what it needs first, and only what is missing.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench fmt

help: ## What there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1 /' \
	  | while read -r name words; do printf '  make %-7s %s\n' "$$name" "$$words"; done

setup: ## Install everything, for playing and for developing
	@$(PYTHON) -IS bootstrap.py dev

demo: ## Start Matinee and play a film
	@$(PYTHON) -IS bootstrap.py run
	@exec $(BIN)/matinee demo

test: check ## All checks and all tests
	$(BIN)/pytest

check: setup ## Lint, format, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: setup ## The measurements, one after another
	@set -e; for file in $$(grep -l __main__ bench/*.py); do name=$$(basename "$$file" .py); \
	  echo "== bench.$$name"; $(BIN)/python -m "bench.$$name"; done

fmt: setup ## Format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
