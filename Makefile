# Every target sets up what it needs: a virtual environment from locks with hashes, nothing global.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
AUDIT := .venv-audit
LANGUAGES := de fr es ar

.PHONY: run test fuzz lint bench mutants deploy-check lock bundle translations screenshots docs sbom audit clean

run: $(VENV)/run.stamp
	@$(BIN)/flask chorus serve

# Three processes on two cores: tests of faults mostly wait. Who is done takes half of what the
# slowest has left; else the first would get all attacks and faults at once. What Python compiled is
# kept, wherever that is switched off, since hundreds of processes of the program start.
test: $(VENV)/dev.stamp
	@if command -v npm > /dev/null; then $(MAKE) -s frontend/node_modules/.stamp; fi
	@$(BIN)/python -m tests.needs
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n 3 --dist worksteal

# Many more hostile requests to every page and every operation of the API than `make test` sends.
fuzz: $(VENV)/dev.stamp
	@CHORUS_FUZZ=$${CHORUS_FUZZ:-22} $(BIN)/pytest -n 2 tests/pages/test_hostile.py \
	  tests/web/test_pool_api_description.py

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/bandit -q -r app configuration crypto surveys config.py wsgi.py

bench: $(VENV)/dev.stamp $(VENV)/vaderSentiment-3.3.2.tar.gz
	@$(BIN)/python -m bench

# Its published tweets and reviews are what sentiment is measured on; they are not ours to ship.
$(VENV)/vaderSentiment-3.3.2.tar.gz: bench/published.txt | $(VENV)/dev.stamp
	@$(BIN)/python -m pip download -q --disable-pip-version-check --require-hashes --no-deps \
	  --no-binary :all: -d $(VENV) -r $<
	@touch $@

# Changes the cryptography and the disclosure rules in small ways, and says what no test noticed.
mutants: $(VENV)/dev.stamp
	@$(BIN)/mutmut run --max-children 2
	@$(BIN)/mutmut results

# Runs the containers of deploy/ as they are shipped, and a round in them: docs/deployment.md.
deploy-check: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.deployment

screenshots: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.screenshots

# The pages under docs/ as a small site in site/.
docs: $(VENV)/docs.stamp
	@$(BIN)/python -m mkdocs -q build

$(VENV)/docs.stamp: requirements-docs.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-docs.txt
	@touch $@

# What the program is made of, as CycloneDX: sbom/python.json, and sbom/browser.json for the bundle.
sbom: $(AUDIT)/stamp
	@mkdir -p sbom
	@$(AUDIT)/bin/cyclonedx-py requirements --output-reproducible --of JSON -o sbom/python.json requirements.txt
	@cd frontend && npm sbom --package-lock-only --omit dev --sbom-format cyclonedx > ../sbom/browser.json
	@$(AUDIT)/bin/python -m tests.components

# Asks the registries' advisories about every locked version; fails where one is known to be weak,
# and where nobody answers.
audit: $(AUDIT)/stamp
	@$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.txt
	@cd frontend && npm audit --package-lock-only --omit dev

# Apart from the program's own: what they need and what it needs exclude each other.
$(AUDIT)/stamp: requirements-audit.txt
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-audit.txt
	@touch $@

# Rebuilds the committed browser bundle; the program itself needs no Node.
bundle: frontend/node_modules/.stamp
	@cd frontend && npm run build

# Finds every sentence again, keeps what is translated, and compiles it for the program.
translations: $(VENV)/dev.stamp
	@$(BIN)/python -m babel.messages.frontend -q extract -F translations/babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 -k said -k counted:1,2 --no-location --sort-output \
	  --project Chorus -o translations/messages.pot .
	@for language in $(LANGUAGES); do \
	  test -f translations/$$language/LC_MESSAGES/messages.po || \
	    $(BIN)/pybabel -q init -i translations/messages.pot -d translations -l $$language; done
	@$(BIN)/pybabel -q update -i translations/messages.pot -d translations --no-fuzzy-matching \
	  --ignore-obsolete --ignore-pot-creation-date
	@$(BIN)/pybabel -q compile -d translations

frontend/node_modules/.stamp: frontend/package-lock.json
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

lock: $(VENV)/dev.stamp
	@$(BIN)/python -m pip install -q uv
	@for name in requirements requirements-dev requirements-docs requirements-audit; do \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url $$name.in -o $$name.txt; done

$(VENV)/bin/python:
	@echo "Chorus: making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@echo "Chorus: installing what the program runs on (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt | $(VENV)/bin/python
	@echo "Chorus: installing what the checks and tests need (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

clean:
	@rm -rf $(VENV) $(AUDIT) sbom var
