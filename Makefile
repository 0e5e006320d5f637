# Two commands for a fresh machine: make run, make test.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check model report clean

run: .venv/ready
	$(BIN)/themes train --output build/model
	$(BIN)/themes classify docs/passage.txt --model build/model --format table

test: .venv/ready .venv/kernels check
	$(BIN)/python -m pytest -n auto --cov=themes --cov-report=term:skip-covered

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/themes check

# Retrains the model that is committed and shipped.
model: .venv/ready
	$(BIN)/themes train --output models/default

# Makes the committed report anew; its picture wants Debian's chromium.
REPORT_DATE ?= 2026-11-21
report: .venv/ready
	$(BIN)/themes evaluate --date $(REPORT_DATE) --learning-curve --html docs/report.html --markdown docs/report.md
	chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=1120,900 \
	  --screenshot=docs/report.png "file://$(CURDIR)/docs/report.html" 2>/dev/null

.venv/ready: constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "venv is missing; on Debian: apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# As pip does with what is not editable.
	$(BIN)/python -m compileall -q themes
	touch .venv/ready

# Numba compiles a function anew when its own file changes, and not when one changes that it calls or takes
# numbers from.
.venv/kernels: $(wildcard themes/*/*kernels.py) themes/text/characters.py themes/text/stems.py themes/scoring/features.py \
  .venv/ready
	find themes \( -name '*.nbi' -o -name '*.nbc' \) -delete
	touch .venv/kernels

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .import_linter_cache
