// A small client with the types that are made from the OpenAPI documents. `check-openapi` compiles it and does not run it.
import type { components as Broker, operations, paths } from "./broker";
import type { paths as Insurer } from "./insurer";
import type { paths as Jpki } from "./jpki";
import type { paths as Authority } from "./number-authority";

type Submit = paths["/fhir/CoverageEligibilityRequest/$submit"]["post"];
type Answer = Submit["responses"][200]["content"]["application/fhir+json"];
type Refusal = Submit["responses"][403]["content"]["application/fhir+json"];

const question: Broker["schemas"]["EligibilityQuestion"] = {
  resourceType: "CoverageEligibilityRequest",
  contained: [
    { resourceType: "Patient", id: "patient" },
    { resourceType: "Organization", id: "insurers", name: "医療保険者（全保険者）" },
  ],
  extension: [
    { url: "https://shikaku.invalid/fhir/StructureDefinition/authentication-certificate", valueBase64Binary: "MAMCAQc=" },
  ],
  identifier: [{ system: "https://shikaku.invalid/fhir/sid/check-id", value: "check-000003-000041" }],
  status: "active",
  purpose: ["validation"],
  patient: { reference: "#patient" },
  servicedDate: "2026-11-24",
  created: "2026-11-24T09:00:00+09:00",
  provider: {
    type: "Organization",
    identifier: { system: "http://jpfhir.jp/fhir/core/CodeSystem/medicalInstitutionCode", value: "0110113719" },
  },
  insurer: { reference: "#insurers" },
};

// @ts-expect-error: the status is fixed.
const draft: Broker["schemas"]["EligibilityQuestion"]["status"] = "draft";

export async function submit(base: string): Promise<"in-force" | "not-insured" | "coverage-ended" | "insured-elsewhere" | Refusal> {
  const headers: NonNullable<operations["submitEligibilityRequest"]["parameters"]["header"]> = {
    "x-check-id": question.identifier[0]!.value,
  };
  const answered = await fetch(`${base}/fhir/CoverageEligibilityRequest/$submit`, {
    method: "POST",
    headers: { "content-type": "application/fhir+json", ...headers } as Record<string, string>,
    body: JSON.stringify(question),
  });
  if (answered.status !== 200) return (await answered.json()) as Refusal;
  const answer = (await answered.json()) as Answer;
  return answer.extension[0]!.valueCode;
}

type Bodies<Operation> = Operation extends { requestBody: { content: { "application/json": infer Body } } } ? Body : never;

export const code: Bodies<Jpki["/institution-codes/resolve"]["post"]> = { issuerKeyId: "0102", certificateSerial: 10001 };
export const codes: Bodies<Authority["/institution-codes/issue"]["post"]> = {
  field: "medical-insurance",
  knownBy: "my-number",
  numbers: ["123456789018"],
};
export type Statement = Insurer["/fhir/Coverage/$by-institution-code"]["post"]["responses"][200];
export default draft;
