"""Demo: an organisation with a past, made by the product's own code; it plays the respondents."""
