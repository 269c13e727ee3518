// The grid of a table block: its menu in the writer's language, and no second caption beside our own.
(() => {
  const Plain = window.telepath.constructors["wagtail.widgets.TableInput"];

  class CellsInput extends Plain {
    constructor(options, strings, words) {
      super(options, strings);
      const { languages } = window.Handsontable;
      const entries = Object.entries(words).map(([name, word]) => [languages.dictionaryKeys[name], word]);
      languages.registerLanguageDictionary({ languageCode: options.language, ...Object.fromEntries(entries) });
    }

    render(placeholder, name, id, initialState) {
      const bound = super.render(placeholder, name, id, initialState);
      document.getElementById(`${id}-handsontable-col-caption`)?.closest("[data-field-wrapper]")?.remove();
      return bound;
    }
  }

  window.telepath.register("terrace.widgets.CellsInput", CellsInput);
})();
