namespace UniRep.Server.Errors;

/// <summary>How the errors of a route look; endpoints carry it as metadata.</summary>
internal enum ErrorShape
{
    /// <summary>RFC 9457: <c>application/problem+json</c>.</summary>
    Problem,

    /// <summary>OpenAI's <c>{"error":{...}}</c>.</summary>
    OpenAi,

    /// <summary>That of text-embeddings-inference: <c>{"error":...,"error_type":...}</c>.</summary>
    Tei,
}
