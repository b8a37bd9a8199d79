// Validates FHIR R4 resources with the npm package `fhir`. Reads a JSON object from name to resource on stdin; prints an
// object from name to the list of what is wrong, empty for a resource that is accepted.
const { Fhir } = require("fhir");
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const fhir = new Fhir();
  const found = {};
  for (const [name, resource] of Object.entries(JSON.parse(Buffer.concat(chunks).toString("utf8")))) {
    const { valid, messages } = fhir.validate(resource, { errorOnUnexpected: true });
    const errors = messages.filter((m) => m.severity === "error" || m.severity === "fatal");
    found[name] = errors.map((m) => `${m.location}: ${m.message}`);
    if (valid !== (errors.length === 0)) found[name].push("the verdict does not fit the messages");
  }
  console.log(JSON.stringify(found));
});
