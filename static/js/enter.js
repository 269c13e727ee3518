/* Enter that confirms a word of an input method sends no form: not even where an engine types it into the field as well. */

const WITHIN_A_WORD = 229; // what `keyCode` says of a key that went to the input method

addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.keyCode === WITHIN_A_WORD) event.preventDefault();
});
