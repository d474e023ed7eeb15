namespace UniRep.Server.Responses.Bodies;

/// <summary>An error (RFC 9457).</summary>
public sealed record ProblemBody
{
    /// <summary>A name of the kind of error: <c>urn:unirep:error:</c> and the code.</summary>
    public required string Type { get; init; }

    /// <summary>The status in words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>A word for programs: <c>invalid_sequence</c>, <c>queue_full</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The field of the request that is wrong.</summary>
    public string? Field { get; init; }

    /// <summary>Which sequence is wrong, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Which residue is wrong, from 1.</summary>
    public int? Position { get; init; }

    /// <summary>The id of the request, as in the header X-Request-Id.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("requestId")]
    public required string RequestId { get; init; }
}

/// <summary>An error in OpenAI's shape.</summary>
public sealed record OpenAiErrorBody
{
    /// <summary>The error.</summary>
    public required OpenAiError Error { get; init; }
}

/// <summary>What is wrong, in OpenAI's shape.</summary>
public sealed record OpenAiError
{
    /// <summary>What is wrong, and what to do.</summary>
    public required string Message { get; init; }

    /// <summary>The kind of error: <c>invalid_request_error</c>, <c>rate_limit_error</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The field of the request that is wrong.</summary>
    public required string? Param { get; init; }

    /// <summary>A word for programs.</summary>
    public required string Code { get; init; }

    /// <summary>Which sequence is wrong, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Which residue is wrong, from 1.</summary>
    public int? Position { get; init; }
}

/// <summary>An error in the shape of text-embeddings-inference.</summary>
public sealed record TeiErrorBody
{
    /// <summary>What is wrong, and what to do.</summary>
    public required string Error { get; init; }

    /// <summary>The kind of error: <c>Validation</c>, <c>Tokenizer</c>, <c>Overloaded</c>.</summary>
    public required string ErrorType { get; init; }

    /// <summary>Which sequence is wrong, from 0.</summary>
    public int? Index { get; init; }

    /// <summary>Which residue is wrong, from 1.</summary>
    public int? Position { get; init; }
}

/// <summary>An error in the shape of the Open Inference Protocol.</summary>
public sealed record InferenceErrorBody
{
    /// <summary>What is wrong, and what to do.</summary>
    public required string Error { get; init; }
}
