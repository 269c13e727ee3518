"""One running product for all journeys, one browser, and for each file that names a PHONE the person who owns it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.journeys.lesson import Account, phone_of
from tests.journeys.people import Principal, joined
from tests.journeys.running import CHROMIUM, RunningSite, running_site
from tests.journeys.watching import Watch, watching


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """Start the whole site with its demonstration, and stop it after the last journey."""
    with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session", autouse=True)
def watch() -> Iterator[Watch]:
    """The watch over every tab of the run."""
    with watching() as found:
        yield found
        assert found.take() == [], "seen after the last journey"


@pytest.fixture(autouse=True)
def _nothing_leaves_the_site(watch: Watch) -> Iterator[None]:
    """Fail any journey in which a page asked another host, or broke the policy. A test that provokes it takes it."""
    yield
    assert watch.take() == []


@pytest.fixture(scope="module")
def owner(request: pytest.FixtureRequest, site: RunningSite, browser: Browser) -> Iterator[Principal]:
    """Whoever has the number ``PHONE`` of the file, and has joined; each test counts from what was there before."""
    found = joined(browser, site, request.module.PHONE)
    yield found
    found.page.context.close()


@pytest.fixture(scope="module")
def lesson(owner: Principal) -> str:
    """The path of the owner's first lesson."""
    return owner.lesson_links()[0]


@pytest.fixture(scope="module")
def address(owner: Principal, lesson: str) -> str:
    """The whole address of that lesson."""
    return f"{owner.site.address}{lesson}"


@pytest.fixture
def account(owner: Principal, request: pytest.FixtureRequest) -> Account:
    """What the owner gives as answers from now on, and what the server has of it."""
    return Account(owner.site, request.module.PHONE)


@pytest.fixture
def phone(browser: Browser, owner: Principal) -> Iterator[BrowserContext]:
    """A phone of the owner's with nothing on it but the session."""
    with phone_of(browser, owner) as context:
        yield context
