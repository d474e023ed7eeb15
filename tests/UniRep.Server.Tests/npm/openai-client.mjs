// The npm package `openai`, unmodified, as a client of the web service: node openai-client.mjs URL MODEL
// It prints one line of JSON, which OpenAiNpmTests compares with the library.
import OpenAI from "openai";

const [url, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
const input = ["MKTAYIAKQR", "MSKGEELFTGVVPILVELDG"];

// Without encoding_format the package asks for base64 and decodes it; with float it passes numbers on.
const decoded = await client.embeddings.create({ model, input });
const numbers = await client.embeddings.create({ model, input, encoding_format: "float" });
const models = [];
for await (const one of client.models.list()) {
  models.push(one.id);
}

let refusal;
try {
  await client.embeddings.create({ model, input: "MKTA?" });
} catch (error) {
  refusal = { name: error.constructor.name, status: error.status, code: error.code, param: error.param };
}

console.log(
  JSON.stringify({
    decoded: decoded.data.map((item) => item.embedding),
    numbers: numbers.data.map((item) => item.embedding),
    tokens: decoded.usage.total_tokens,
    models,
    refusal,
  }),
);
