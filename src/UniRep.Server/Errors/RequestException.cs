namespace UniRep.Server.Errors;

/// <summary>A request that is refused, with what a client needs to know about it. Messages hold no sequence.</summary>
internal sealed class RequestException(int status, string code, string message) : Exception(message)
{
    /// <summary>Gets the HTTP status.</summary>
    public int Status => status;

    /// <summary>Gets a word for programs: `invalid_sequence`, `queue_full`.</summary>
    public string Code => code;

    /// <summary>Gets the field of the request that is wrong; null if no single field is.</summary>
    public string? Field { get; init; }

    /// <summary>Gets which sequence is wrong, from 0; null if no single one is.</summary>
    public int? Index { get; init; }

    /// <summary>Gets where in the sequence the residue stands that is wrong, from 1; null if no single one is.</summary>
    public int? Position { get; init; }

    /// <summary>Gets after how many seconds the request may succeed; null if it never will.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>A field has a value that cannot be.</summary>
    public static RequestException BadField(string field, string message) =>
        new(StatusCodes.Status400BadRequest, "invalid_value", message) { Field = field };

    /// <summary>The server was told to stop.</summary>
    public static RequestException Draining() =>
        new(
            StatusCodes.Status503ServiceUnavailable,
            "draining",
            "The server is stopping and takes no new requests: ask another one, or this one again once it has started anew."
        )
        {
            RetryAfter = 5,
        };

    /// <summary>As many requests generate as the server lets generate.</summary>
    public static RequestException TooManyGenerations(int most) =>
        new(
            StatusCodes.Status429TooManyRequests,
            "too_many_generations",
            $"The server generates or reads backward for {most} requests at a time (--max-generations): try again in a few seconds."
        )
        {
            RetryAfter = 5,
        };

    /// <summary>More is waiting than the server lets wait.</summary>
    public static RequestException QueueFull(int retryAfter) =>
        new(
            StatusCodes.Status429TooManyRequests,
            "queue_full",
            $"The queue of residues to compute is full: try again in {retryAfter} s."
        )
        {
            RetryAfter = retryAfter,
        };
}
