"""One mail for somebody who wants to be contacted; imports no model, knows no round or ballot."""
