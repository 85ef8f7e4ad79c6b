"""What is wrong with a page as it stands: axe, and what axe does not ask."""

from collections.abc import Collection, Iterator, Sequence

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Another scheme changes colours and nothing else; axe's other rules need no second run.
SCHEMES = {"light": [], "dark": ["color-contrast"]}
PHONES_AND_DESK = (320, 390, 1280)
PHONE_AND_DESK = (390, 1280)
HEIGHT = 780
# Targets of 24 px are WCAG 2.2's and off by default. A mail in its frame is a page of its own.
_RUN_AXE = """async ([left, alone]) => {
  const rules = { "target-size": { enabled: true } };
  for (const rule of left) rules[rule] = { enabled: false };
  const which = alone.length ? { runOnly: alone } : { rules };
  const options = { resultTypes: ["violations"], iframes: false, ...which };
  const { violations } = await axe.run(options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}"""
# What axe finds at one width it finds at another; whether all fits does depend on each.
FITTING = (320, 390, 768, 1280)
# Charts follow a new width in the next frame. What was written comes back afterwards.
_SCROLLS_SIDEWAYS = """async () => {
  await new Promise(requestAnimationFrame);
  const root = document.documentElement, written = root.getAttribute("dir");
  const wide = ["ltr", "rtl"].filter((direction) => {
    root.dir = direction;
    return document.scrollingElement.scrollWidth > innerWidth;
  });
  written === null ? root.removeAttribute("dir") : root.setAttribute("dir", written);
  return wide;
}"""


def faults(page: Page, widths: Collection[int], what: str, left: Sequence[str] = ()) -> list[str]:
    """Return what is wrong with the page at these widths, light and dark.

    :param what: names the page in what is returned.
    :param left: axe's rules that this page is left alone with.
    """
    page.locator("h1").first.wait_for()
    page.evaluate(AXE_SCRIPT)
    found = [f"{what}: {fault}" for fault in _everywhere(page)]
    for width in sorted({*widths, *FITTING}):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if width in widths:
            found += [f"{what}, {fault}" for fault in _here(page, width, left)]
        if width in FITTING:
            wide = page.evaluate(_SCROLLS_SIDEWAYS)
            found += [f"{what}, {direction}, {width}: scrolls sideways" for direction in wide]
    return found


def _everywhere(page: Page) -> Iterator[str]:
    headings = page.locator("h1").count()
    if headings != 1:
        yield f"{headings} first-level headings"
    if not page.locator("html").get_attribute("lang"):
        yield "no language"
    if not page.title():
        yield "no title"


def _here(page: Page, width: int, left: Sequence[str]) -> Iterator[str]:
    """Yield what axe finds at this width, light and dark."""
    for scheme, alone in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for fault in page.evaluate(_RUN_AXE, [list(left), alone]):
            yield f"{scheme}, {width}: {fault}"
