"""The respondent's page in Chromium: what it sends, what it keeps, what it says, and to whom."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.unit.bundle_server import SamplePool, served

pytestmark = pytest.mark.browser

SEALED = "Thank you. Your answer is sealed."
STORED = "Object.keys(localStorage).length"


@pytest.fixture
def pool() -> SamplePool:
    """A pool of its own for each test."""
    return SamplePool()


@pytest.fixture
def origin(pool: SamplePool) -> Iterator[str]:
    """The address under which the pool is served."""
    with served(pool) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A phone whose page must not raise or break its content policy."""
    context = chromium.new_context(viewport={"width": 390, "height": 780}, locale="en-GB")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: "Policy" in line.text and faults.append(line.text))
    yield page
    context.close()
    assert faults == []


def start(page: Page, address: str) -> None:
    """Open a link and click Start."""
    page.goto(address)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def answer_and_send(page: Page) -> None:
    """Answer the first question and click Send."""
    page.get_by_label("Agree", exact=True).first.check()
    page.get_by_role("button", name="Send").click()


def test_opening_a_link_changes_nothing_and_shows_no_token(
    page: Page, pool: SamplePool, origin: str
):
    link = pool.invite()
    page.goto(origin + link)
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert sorted(name for name, *_ in pool.requests) == ["form", "manifest"]
    code = link.partition("#")[2]
    assert not any(code in path or code in str(headers) for _, path, _, headers in pool.requests)
    assert page.context.cookies() == []
    assert page.evaluate(STORED) == 0


@pytest.mark.parametrize(
    ("language", "closes", "words"),
    [
        ("en-GB", 1, "once, after Friday 12 June"),
        (
            "en-GB",
            2,
            "once, after Friday 12 June; if too few have answered by then, after Friday 19 June. "
            "With too few even then, answers are destroyed unread",
        ),
        (
            "en-GB",
            3,
            "once, after Friday 12 June; if too few have answered by then, after Friday 19 June, "
            "at the latest after Friday 26 June. With too few even then, answers are destroyed "
            "unread",
        ),
        (
            "de-DE",
            3,
            "einmal, nach Freitag, 12. Juni; haben bis dahin zu wenige geantwortet, nach Freitag, "
            "19. Juni, spätestens nach Freitag, 26. Juni. Sind es auch dann zu wenige, werden die "
            "Antworten ungelesen vernichtet",
        ),
    ],
)
def test_all_closing_times_and_what_follows_stand_before_the_first_question(
    chromium: Browser, language: str, closes: int, words: str
):
    times = ["2026-06-12T16:00:00Z", "2026-06-19T16:00:00Z", "2026-06-26T16:00:00Z"]
    pool = SamplePool(
        closes=times[:closes], audience=["group_mentor", "admin"], cells=[{"id": "program"}]
    )
    with served(pool) as origin:
        page = chromium.new_page(locale=language, timezone_id="Europe/Berlin")
        page.goto(origin + pool.invite(cell=0))
        facts = page.locator("dl.facts")
        expect(facts).to_contain_text(words)
        whose = {"en-GB": "your circle’s mentors, the", "de-DE": "wer Ihren Kreis begleitet, das"}
        expect(facts).to_contain_text(whose[language])
        page.close()


@pytest.mark.parametrize(
    ("language", "audience", "words"),
    [
        ("en-GB", ["subject"], "only whom it is about; the mean of 3 such results or more: all"),
        ("en-GB", ["subjects", "admin"], "all whom it is about, the program team"),
        ("de-DE", ["subject"], "nur, um wen es geht; den Mittelwert von mindestens 3"),
    ],
)
def test_feedback_says_who_sees_it_and_shows_no_example_of_a_check_in(
    chromium: Browser, language: str, audience: list[str], words: str
):
    pool = SamplePool(audience=audience, cells=[{"id": "program"}])
    with served(pool) as origin:
        page = chromium.new_page(locale=language, timezone_id="Europe/Berlin")
        page.goto(origin + pool.invite(cell=0))
        expect(page.locator("dl.facts")).to_contain_text(words)
        expect(page.locator("a[href='/example']")).to_have_count(0)
        page.close()


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (
            "2026-06-10",
            "on Friday 12 June, or, if too few have answered by then, on Friday 26 June",
        ),
        ("2026-06-20", "On Friday 26 June it is opened together with the others"),
    ],
)
def test_the_thank_you_says_when_it_is_opened_and_what_is_left(page: Page, today: str, words: str):
    times = ["2026-06-12T16:00:00Z", "2026-06-19T16:00:00Z", "2026-06-26T16:00:00Z"]
    pool = SamplePool(closes=times)
    page.clock.set_fixed_time(f"{today}T09:00:00Z")
    with served(pool) as origin:
        start(page, origin + pool.invite())
        answer_and_send(page)
        thanks = page.locator(".r-thanks")
        expect(thanks).to_contain_text(words)
        # A comment that is shown remains, too.
        expect(thanks).to_contain_text("only totals and shuffled comments remain")
        expect(thanks).to_contain_text("they are destroyed unread")


def test_who_sees_it_is_said_for_circles_and_for_those_without_one(
    page: Page, pool: SamplePool, origin: str
):
    program = "totals and comments: all mentors of the program, the program team"
    circle = "totals: your mentor, the program team"
    page.goto(origin + pool.invite())
    expect(page.get_by_role("definition").filter(has_text="team")).to_have_text([program, circle])
    page.goto("about:blank")
    page.goto(origin + pool.invite(cell=0))
    expect(page.get_by_role("definition").filter(has_text="team")).to_have_text([program])


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en-GB", "The threshold was lowered for this round: 4 instead of 6."),
        ("de-DE", "Die Schwelle wurde für diese Runde gesenkt: 4 statt 6."),
    ],
)
def test_lowered_threshold_is_told_before_the_first_question(
    chromium: Browser, locale: str, told: str
):
    pool = SamplePool(k_before=6)
    context = chromium.new_context(viewport={"width": 390, "height": 780}, locale=locale)
    page = context.new_page()
    with served(pool) as origin:
        page.goto(origin + pool.invite())
        expect(page.get_by_text(told)).to_be_in_viewport()
        expect(page.locator("button.r-main")).to_be_in_viewport(ratio=1)
        look(page)
    context.close()


def test_threshold_that_was_not_lowered_is_no_matter(page: Page, pool: SamplePool, origin: str):
    page.goto(origin + pool.invite())
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert page.get_by_text("threshold").count() == 0


def test_whole_way_sends_the_answers_sealed_and_apart_from_the_link(
    page: Page, pool: SamplePool, origin: str
):
    start(page, origin + pool.invite())
    page.get_by_label("Agree", exact=True).first.check()
    page.get_by_label("I can’t say").check()
    page.get_by_label("10 · overfull").check()
    page.get_by_label("Time").check()
    page.get_by_label("What to keep?").fill('The walks, "as they are"')
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=SEALED)).to_be_focused()
    (ballot,) = pool.opened.values()
    assert set(ballot.pop("m")) == {"keep"}
    keep = 'The walks, "as they are"'
    answers = {"calm": 4, "help": None, "load": 10, "topic": ["time"], "keep": keep}
    assert ballot == {"v": 1, "cell": 1, "a": answers}
    sent = {name: body for name, _, body, _ in pool.requests if body}
    assert set(sent["check"]) == {"token", "cell"}
    assert set(sent["paper"]) == {"token", "cell", "x", "y", "blinded"}
    assert set(sent["ballot"]) == {"input_msg", "sig", "sealed"}
    headers = [{name.lower() for name in each} for *_, each in pool.requests]
    assert all(names.isdisjoint({"cookie", "referer", "authorization"}) for names in headers)
    assert page.evaluate(STORED) == 0
    assert page.evaluate("location.hash") == ""


def test_token_only_link_sends_no_share(page: Page, pool: SamplePool, origin: str):
    start(page, origin + pool.invite(with_share=False))
    answer_and_send(page)
    expect(page.get_by_text(SEALED)).to_be_visible()
    paper = next(body for name, _, body, _ in pool.requests if name == "paper")
    assert set(paper) == {"token", "cell", "blinded"}


@pytest.mark.parametrize("lost", ["paper", "ballot"])
def test_answer_lost_on_the_way_is_finished_after_a_reload(
    page: Page, pool: SamplePool, origin: str, lost: str
):
    pool.lost.add(lost)
    start(page, origin + pool.invite())
    answer_and_send(page)
    expect(page.get_by_text("Still trying…")).to_be_visible()
    # The fragment stays until the paper is taken, and goes then.
    assert bool(page.evaluate("location.hash")) == (lost == "paper")
    page.reload()
    pool.lost.clear()
    page.get_by_role("button", name="Finish sending").click()
    expect(page.get_by_text(SEALED)).to_be_visible()
    expect(page.locator("code.receipt")).to_be_visible()
    assert len(pool.opened) == 1
    assert page.evaluate(STORED) == 0


def leave_behind(page: Page, pool: SamplePool, address: str) -> None:
    """Answer until the paper is signed, and go away before the ballot arrives."""
    pool.lost.add("ballot")
    start(page, address)
    answer_and_send(page)
    expect(page.get_by_text("Still trying…")).to_be_visible()
    page.goto("about:blank")
    pool.lost.clear()
    pool.opened.clear()


@pytest.mark.parametrize("own_link", [False, True])
def test_whoever_comes_next_can_send_a_waiting_answer_and_never_sees_its_receipt(
    page: Page, pool: SamplePool, origin: str, own_link: bool
):
    leave_behind(page, pool, origin + pool.invite())
    mine = pool.invite()
    pool.papers[next(reversed(pool.papers))] = "blinded elsewhere"
    page.goto(origin + (mine if own_link else mine.partition("#")[0]))
    if own_link:
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("heading", name="This link has been used")).to_be_focused()
    else:
        expect(page.get_by_label("Link or code")).to_be_visible()
    page.get_by_role("button", name="Send the waiting answer").click()
    expect(page.get_by_role("heading", name="The waiting answer has been sent")).to_be_focused()
    assert page.locator("code.receipt").count() == 0
    assert len(pool.opened) == 1
    assert page.evaluate(STORED) == 0


def test_waiting_answer_of_another_is_no_matter_of_a_fresh_link(
    page: Page, pool: SamplePool, origin: str
):
    leave_behind(page, pool, origin + pool.invite())
    start(page, origin + pool.invite())
    answer_and_send(page)
    expect(page.get_by_text(SEALED)).to_be_visible()
    assert page.evaluate(STORED) == 1


def test_broken_connection_is_tried_again_without_a_click(
    page: Page, pool: SamplePool, origin: str
):
    pool.lost.add("ballot")
    start(page, origin + pool.invite())
    answer_and_send(page)
    expect(page.get_by_text("Still trying…")).to_be_visible()
    pool.lost.clear()
    expect(page.get_by_text(SEALED)).to_be_visible(timeout=15_000)
    assert len(pool.opened) == 1


@pytest.mark.parametrize(
    ("endpoint", "status", "name", "told"),
    [
        ("check", HTTPStatus.NOT_FOUND, "unknown_token", "We don’t know this link"),
        ("paper", HTTPStatus.CONFLICT, "already_taken", "This link has been used"),
        ("paper", HTTPStatus.GONE, "not_open", "This link is no longer valid"),
        ("paper", HTTPStatus.GONE, "closed", "This round is closed"),
        ("paper", HTTPStatus.BAD_REQUEST, "damaged_link", "This link is damaged"),
        ("ballot", HTTPStatus.GONE, "closed", "This round is closed"),
        ("ballot", HTTPStatus.CONFLICT, "serial_used", "An answer is already there"),
    ],
)
def test_refusal_is_told_in_its_own_words_and_nothing_is_kept_for_another_try(
    page: Page,
    pool: SamplePool,
    origin: str,
    endpoint: str,
    status: HTTPStatus,
    name: str,
    told: str,
):
    pool.refused[endpoint] = (status, name)
    page.goto(origin + pool.invite())
    page.get_by_role("button", name="Start").click()
    if endpoint != "check":
        answer_and_send(page)
    expect(page.get_by_role("heading", level=1, name=told)).to_be_focused()
    assert pool.opened == {}
    assert page.evaluate(STORED) == 0


@pytest.mark.parametrize("name", ["too_large", "bad_signature"])
def test_refusal_that_can_be_mended_gives_the_answers_back(
    page: Page, pool: SamplePool, origin: str, name: str
):
    pool.refused["ballot"] = (HTTPStatus.FORBIDDEN, name)
    start(page, origin + pool.invite())
    answer_and_send(page)
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    expect(page.get_by_text("Our own questions. Not validated.")).to_be_visible()
    assert page.get_by_label("Agree", exact=True).first.is_checked()
    pool.refused.clear()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(SEALED)).to_be_visible()
    assert len(pool.opened) == 1


@pytest.mark.parametrize("endpoint", ["paper", "ballot"])
@pytest.mark.parametrize("reload", [False, True])
def test_refusal_in_the_services_place_leaves_the_sealed_answer_to_be_sent_again(
    page: Page, pool: SamplePool, origin: str, endpoint: str, reload: bool
):
    pool.refused[endpoint] = (HTTPStatus.FORBIDDEN, "blocked_by_a_proxy")
    start(page, origin + pool.invite())
    answer_and_send(page)
    refused = page.get_by_role("heading", name="The service did not accept this")
    expect(refused).to_be_focused()
    if reload:
        page.reload()
    page.get_by_role("button", name="Finish sending").click()
    expect(refused).to_be_focused()
    pool.refused.clear()
    page.get_by_role("button", name="Finish sending").click()
    expect(page.get_by_text(SEALED)).to_be_visible()
    assert len(pool.opened) == 1
    assert page.evaluate(STORED) == 0


def test_code_pasted_for_a_damaged_link_finds_the_answers_still_there(
    page: Page, pool: SamplePool, origin: str
):
    pool.refused["paper"] = (HTTPStatus.BAD_REQUEST, "damaged_link")
    link = pool.invite()
    start(page, origin + link)
    answer_and_send(page)
    expect(page.get_by_role("heading", name="This link is damaged")).to_be_visible()
    pool.refused.clear()
    page.get_by_label("Link or code").fill(link)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Start").click()
    assert page.get_by_label("Agree", exact=True).first.is_checked()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(SEALED)).to_be_visible()


def test_used_link_is_told_before_the_first_question(page: Page, pool: SamplePool, origin: str):
    link = pool.invite()
    pool.papers = dict.fromkeys(pool.papers, "blinded elsewhere")
    page.goto(origin + link)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="This link has been used")).to_be_focused()
    assert page.get_by_role("radio").count() == 0


def test_round_that_differs_from_the_link_is_not_answered(
    page: Page, pool: SamplePool, origin: str
):
    code = SamplePool().invite().partition("#")[2]
    page.goto(f"{origin}{pool.invite().partition('#')[0]}#{code}")
    expect(page.get_by_role("heading", name="Please don’t answer here")).to_be_visible()
    assert page.get_by_role("button").count() == 0


def test_code_cut_off_the_link_can_be_pasted(page: Page, pool: SamplePool, origin: str):
    link = pool.invite()
    page.goto(origin + link.partition("#")[0])
    field = page.get_by_label("Link or code")
    field.fill(link[:-5])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("That is not a whole code.")).to_be_visible()
    assert field.input_value() == link[:-5]
    field.fill(link)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()


def test_nothing_is_sent_without_an_answer_or_by_the_enter_key(
    page: Page, pool: SamplePool, origin: str
):
    start(page, origin + pool.invite())
    page.get_by_role("button", name="Send").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("Strongly disagree").first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(summary).not_to_be_visible()
    assert {name for name, *_ in pool.requests} == {"manifest", "form", "check"}


def test_page_without_storage_asks_to_be_kept_open(page: Page, pool: SamplePool, origin: str):
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('off'); } })"
    )
    start(page, origin + pool.invite())
    expect(page.get_by_text("Please keep this page open")).to_be_visible()
    answer_and_send(page)
    expect(page.get_by_text(SEALED)).to_be_visible()


def test_receipt_can_be_taken_along_and_then_leaves_the_page(
    page: Page, pool: SamplePool, origin: str
):
    start(page, origin + pool.invite())
    answer_and_send(page)
    receipt = page.locator("code.receipt").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as text").click()
    assert receipt in download.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="I have kept it").click()
    assert receipt not in page.content()


def test_receipt_withdraws_and_names_nothing_else(page: Page, pool: SamplePool, origin: str):
    page.goto(origin + pool.invite().partition("#")[0])
    page.get_by_text("Do you have a receipt?").click()
    page.get_by_label("Your receipt").fill("7k3m 09qx v4td 2hpa")
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("its content is erased")).to_be_visible()
    name, _, body, _ = pool.requests[-1]
    assert (name, set(body)) == ("withdraw", {"w"})


def test_comment_warns_of_an_address_and_offers_support_where_needed(
    page: Page, pool: SamplePool, origin: str
):
    start(page, origin + pool.invite())
    comment = page.get_by_label("What to keep?")
    comment.fill("Write to ann@example.org. I can't go on")
    comment.blur()
    expect(page.get_by_text("This looks like a mail address.")).to_be_visible()
    help_offered = page.get_by_role("status").filter(has_text="you don’t have to wait for a survey")
    expect(help_offered).to_be_visible()
    assert {name for name, *_ in pool.requests} == {"manifest", "form", "check"}


def test_language_can_be_changed_without_losing_an_answer(
    chromium: Browser, pool: SamplePool, origin: str
):
    context = chromium.new_context(locale="de-AT")
    page = context.new_page()
    page.goto(origin + pool.invite())
    page.get_by_role("button", name="Beginnen").click()
    expect(page.get_by_text("Eigene Fragen.")).to_be_visible()
    page.get_by_label("Agree", exact=True).first.check()
    page.get_by_label("Sprache").select_option("en")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert page.get_by_label("Agree", exact=True).first.is_checked()
    assert page.evaluate("document.documentElement.lang") == "en"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 780), (1280, 800)])
def test_every_screen_is_accessible_and_still(
    chromium: Browser, pool: SamplePool, origin: str, width: int, height: int, scheme: str
):
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB"
    )
    page = context.new_page()
    page.add_init_script(
        "new PerformanceObserver((list) => { for (const entry of list.getEntries())"
        " if (!entry.hadRecentInput) globalThis.shifted = (globalThis.shifted ?? 0) + entry.value;"
        " }).observe({ type: 'layout-shift', buffered: true })"
    )
    page.goto(origin + pool.invite())
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    assert (page.get_by_role("button", name="Start").bounding_box() or {})["y"] < 640
    look(page)
    for summary in page.locator("summary").all():
        summary.click()
    look(page)
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Send").click()
    look(page)
    targets = page.locator("label.r-row:visible, button:visible, summary:visible").all()
    heights = [(target.bounding_box() or {"height": 0})["height"] for target in targets]
    assert heights
    assert min(heights) >= 44
    answer_and_send(page)
    expect(page.get_by_text(SEALED)).to_be_visible()
    look(page)
    assert page.evaluate("globalThis.shifted ?? 0") == 0
    context.close()


def look(page: Page) -> None:
    """Check the screen as it stands: no violation found by axe, no sideways scroll."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_page_without_javascript_says_why_it_needs_it(
    chromium: Browser, pool: SamplePool, origin: str
):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(origin + pool.invite())
    expect(page.get_by_text(re.compile("Nothing has been used up"))).to_be_visible()
    context.close()
