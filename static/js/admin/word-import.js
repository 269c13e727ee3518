// Moves the bar of a Word import while it is read, and opens the preview when it is ready. Without this script
// the button "look again" does the same by hand.
const waiting = document.querySelector("[data-word-import]");

async function ask() {
  const response = await fetch(waiting.dataset.wordImport, { headers: { Accept: "application/json" } });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  return response.json();
}

function show({ percent, says }) {
  waiting.querySelector("[data-word-progress]").value = percent;
  waiting.querySelector("[data-word-percent]").textContent = `${percent} %`;
  waiting.querySelector("[data-word-says]").textContent = says;
}

async function follow(pause = 800) {
  try {
    const state = await ask();
    show(state);
    if (!state.waiting) return location.reload();
    pause = 800;
  } catch {
    pause = Math.min(pause * 2, 15000); // no signal: ask less often, and go on
  }
  setTimeout(follow, pause, pause);
}

if (waiting) follow();
