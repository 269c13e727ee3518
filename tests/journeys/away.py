"""Taking the signal from a phone and giving it back, so that the page knows of it as on a real one.

Chromium 150 forgets at each navigation that it plays being offline: nothing is reached, yet ``navigator.onLine`` says
true and no ``online`` follows. A real phone goes on saying false, so here each new document of a tab is told so.
"""

from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, CDPSession, Page

AWAY = "Object.defineProperty(navigator, 'onLine', { configurable: true, get: () => false })"
KNOWS = "delete navigator.onLine; navigator.onLine"
NOTHING = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}

HEARD = "{ const ask = fetch; self.fetch = (url, how) => ask(url, { ...how, keepalive: false }); }"

_told: WeakKeyDictionary[Page, tuple[CDPSession, str]] = WeakKeyDictionary()


def lose_signal(context: BrowserContext) -> None:
    """Let nothing be reached from any tab of ``context``, also after it goes to another page."""
    context.set_offline(True)
    for page in context.pages:
        if page not in _told:
            line = context.new_cdp_session(page)
            script = line.send("Page.enable") or line.send("Page.addScriptToEvaluateOnNewDocument", {"source": AWAY})
            _told[page] = (line, script["identifier"])


def find_signal(context: BrowserContext) -> None:
    """Let everything be reached again; each tab is told that it came back."""
    for page in context.pages:
        if page not in _told:
            continue
        line, script = _told.pop(page)
        line.send("Page.removeScriptToEvaluateOnNewDocument", {"identifier": script})
        if page.evaluate(KNOWS):
            line.send("Network.enable")
            line.send("Network.emulateNetworkConditions", NOTHING)
        line.detach()
    context.set_offline(False)


def set_signal(context: BrowserContext, *, is_there: bool) -> None:
    """Give or take the signal."""
    (find_signal if is_there else lose_signal)(context)


def let_be_heard(context: BrowserContext) -> None:
    """Let ``route`` meet all that the tabs send from now on, those that are open and those to come.

    Where a service worker controls the page, Chromium 150 shows no request with ``keepalive`` to whoever listens.
    """
    context.add_init_script(HEARD)
    for page in context.pages:
        page.evaluate(f"() => {HEARD}")  # as a function: what an expression returns would be called
