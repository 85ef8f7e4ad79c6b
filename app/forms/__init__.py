"""Forms: which version of a questionnaire a program asks; the questions themselves are surveys'."""
