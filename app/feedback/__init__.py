"""Ask for peer feedback: identity alone, through rounds and launching; it reads no answer."""
