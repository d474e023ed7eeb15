namespace UniRep.Server.Responses.Bodies;

/// <summary>What <c>POST /v1/scores</c> gives.</summary>
public sealed record ScoresResponse
{
    /// <summary><c>list</c>.</summary>
    public required string Object { get; init; }

    /// <summary>One score of each sequence, in their order.</summary>
    public required IReadOnlyList<Score> Data { get; init; }

    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>What was computed.</summary>
    public required Usage Usage { get; init; }
}

/// <summary>The log-likelihoods of one sequence, in nats.</summary>
public sealed record Score
{
    /// <summary><c>score</c>.</summary>
    public required string Object { get; init; }

    /// <summary>Which sequence of the request, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Its residues.</summary>
    public required int Length { get; init; }

    /// <summary>The natural logarithm of its probability, with the final stop.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>The same without the final stop.</summary>
    public required double LogLikelihoodWithoutStop { get; init; }

    /// <summary>The log-probability of each residue, given those before it; with <c>per_residue</c>.</summary>
    public IReadOnlyList<double>? Residues { get; init; }

    /// <summary>The log-probability of the stop; with <c>per_residue</c>.</summary>
    public double? Stop { get; init; }
}

/// <summary>What <c>POST /v1/represent</c> gives as JSON.</summary>
public sealed record RepresentResponse
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The SHA-256 of its parameters.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The precision of its matrix products.</summary>
    public required string Precision { get; init; }

    /// <summary>One representation of each sequence, in their order.</summary>
    public required IReadOnlyList<RepresentationBody> Data { get; init; }
}

/// <summary>The vectors of one sequence that were asked for, or its states.</summary>
public sealed record RepresentationBody
{
    /// <summary>The id of the sequence.</summary>
    public required string Id { get; init; }

    /// <summary>Its residues.</summary>
    public required int Length { get; init; }

    /// <summary>The mean of the hidden states, over start and residues.</summary>
    public IReadOnlyList<float>? Average { get; init; }

    /// <summary>The last hidden state.</summary>
    public IReadOnlyList<float>? Final { get; init; }

    /// <summary>The last cell state.</summary>
    public IReadOnlyList<float>? Cell { get; init; }

    /// <summary>Average, final and cell, one after another.</summary>
    public IReadOnlyList<float>? Fusion { get; init; }

    /// <summary>The hidden state after each residue; with <c>per_residue</c>.</summary>
    public IReadOnlyList<IReadOnlyList<float>>? States { get; init; }
}

/// <summary>What the probes of NVIDIA NIM give.</summary>
public sealed record NimHealth
{
    /// <summary><c>health.response</c>.</summary>
    public required string Object { get; init; }

    /// <summary>The state in words.</summary>
    public required string Message { get; init; }

    /// <summary><c>live</c>, <c>ready</c>, <c>starting</c> or <c>draining</c>.</summary>
    public required string Status { get; init; }
}
