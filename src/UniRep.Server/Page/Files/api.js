// Talks to the server that this page came from.

/** What the server, or the way to it, has refused. */
export class ApiError extends Error {
  /** @param {{ status?: number, code?: string, index?: number, position?: number }} facts */
  constructor(message, facts = {}) {
    super(message);
    Object.assign(this, facts);
  }
}

const GONE =
  "The server cannot be reached. Check that it runs, then try again: what is computed is kept.";
const MOST_WAITS = 20;

/** The API key, where the server asks for one; kept in this tab only. */
let key = "";

/** Sets the API key of later requests. */
export const useKey = (text) => {
  key = text.trim();
};

/** Gets the model that the server has loaded. */
export async function model(signal) {
  const list = await ask("v1/models", { signal });
  return list.data[0];
}

/** Computes a vector of each sequence. */
export async function embeddings(name, sequences, pooling, signal) {
  const body = { model: name, input: sequences, pooling, encoding_format: "base64" };
  const answer = await post("v1/embeddings", body, signal);
  return answer.data.map((item) => floats(item.embedding));
}

/** Computes the log-likelihood of each sequence in nats; with `perResidue` also the log-probability of each residue. */
export async function scores(name, sequences, perResidue, signal) {
  const body = { model: name, input: sequences, per_residue: perResidue };
  const answer = await post("v1/scores", body, signal);
  return answer.data;
}

/** Gets a text file of the page. */
export async function text(path, signal) {
  const response = await get(path, { signal });
  return response.text();
}

function post(path, body, signal) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
}

/** Asks for JSON. A server that has too much to do is asked again after the time that it names. */
async function ask(path, options) {
  for (let tries = 0; ; tries++) {
    try {
      const response = await get(path, options);
      return await response.json().catch((error) => {
        throw options.signal?.aborted ? error : new ApiError(GONE, { code: "unreachable" });
      });
    } catch (error) {
      if (error.status !== 429 || tries === MOST_WAITS) {
        throw error;
      }

      await wait(Math.min(error.retryAfter || 1, 60), options.signal);
    }
  }
}

async function get(path, options) {
  const headers = { ...options.headers };
  if (key) {
    headers.Authorization = `Bearer ${key}`;
  }

  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: "no-store" });
  } catch (error) {
    throw error.name === "AbortError" ? error : new ApiError(GONE, { code: "unreachable" });
  }

  if (!response.ok) {
    throw await refusal(response);
  }

  return response;
}

/** Reads a refusal in either shape: OpenAI's, or problem+json. */
async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const facts = body.error ?? body;
  return new ApiError(
    facts.message ?? facts.detail ?? `The server answered with status ${response.status}.`,
    {
      status: response.status,
      code: facts.code,
      index: facts.index,
      position: facts.position,
      retryAfter: Number(response.headers.get("Retry-After")),
    },
  );
}

function wait(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}

/** Reads base64 of little-endian float32. */
function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true));
}
