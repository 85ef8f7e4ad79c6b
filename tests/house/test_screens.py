"""The page of screens shows all of them, and every picture that it names is there."""

from tests.screenshots.camera import FOLDER, SIZES
from tests.screenshots.screens import SCREENS, page_of_screens


def test_the_page_is_the_one_that_the_command_writes() -> None:
    written = (FOLDER.parent / "screens.md").read_text(encoding="utf-8")
    assert written == page_of_screens()


def test_there_is_a_picture_of_every_screen_and_of_nothing_else() -> None:
    wanted = {f"{screen.name}-{size}.webp" for screen in SCREENS for size in SIZES}
    assert {path.name for path in FOLDER.glob("*.webp")} == wanted
