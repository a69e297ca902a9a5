// Swagger UI, made fit for a service that is read: examples beside the fields, errors folded.

// Swagger UI fills every field with its example, and all of them together find nothing. The
// examples of what is optional are shown beside the fields instead, and fill a new item.
function showExample(parameter) {
  if (parameter.required || parameter.example === undefined) return parameter;
  const { example, schema, ...rest } = parameter;
  const description = `${parameter.description} Example: \`${example}\``;
  const items = schema.items && { ...schema.items, examples: example };
  return { ...rest, description, schema: items ? { ...schema, items } : schema };
}

function mapValues(object, change) {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, change(value)])
  );
}

function showExamples(description) {
  const paths = mapValues(description.paths, (operations) =>
    mapValues(operations, ({ parameters = [], ...rest }) => ({
      ...rest,
      parameters: parameters.map(showExample),
    }))
  );
  return { ...description, info: foldRest(description.info), paths };
}

// The page opens on the lists: what holds for all of them is one line, which opens.
function foldRest(info) {
  const [first, ...rest] = info.description.split("\n\n");
  const subjects = rest.flatMap((part) => part.match(/^\*\*(.+?)\*\*/)?.[1] ?? []);
  const folded = ["<details>", `<summary>${subjects.join(", ")}</summary>`, "", ...rest, "</details>"];
  return { ...info, description: `${first}\n\n${folded.join("\n\n")}` };
}

const examplesBesideFields = {
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (description) => update(showExamples(description)),
      },
    },
  },
};

// Errors and headers are alike everywhere: of each there is a line, which opens.
function foldedErrors({ React: { createElement } }) {
  const foldHeaders = (Headers) => (props) =>
    props.headers?.size
      ? createElement("details", null, createElement("summary", null, "Headers"), createElement(Headers, props))
      : null;
  const fold = (Response) => (props) => {
    if (Number(props.code) < 300) return createElement(Response, props);
    const pieces = props.response.get("description").split("`");
    const described = pieces.map((piece, at) => (at % 2 ? createElement("code", { key: at }, piece) : piece));
    const row = createElement(Response, props);
    return createElement(
      "tr", { className: "folded" },
      createElement(
        "td", { colSpan: 3 },
        createElement(
          "details", null,
          createElement("summary", null, createElement("b", null, props.code), " ", ...described),
          createElement("table", null, createElement("tbody", null, row))
        )
      )
    );
  };
  return { wrapComponents: { response: fold, headers: foldHeaders } };
}

const root = document.getElementById("documentation");
SwaggerUIBundle({
  url: root.dataset.description,
  domNode: root,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  plugins: [examplesBesideFields, foldedErrors],
});
