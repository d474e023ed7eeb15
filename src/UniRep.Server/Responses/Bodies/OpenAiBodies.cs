using System.Text.Json.Serialization;

namespace UniRep.Server.Responses.Bodies;

/// <summary>What <c>POST /v1/embeddings</c> gives.</summary>
public sealed record EmbeddingsResponse
{
    /// <summary><c>list</c>.</summary>
    public required string Object { get; init; }

    /// <summary>One embedding of each sequence, in their order.</summary>
    public required IReadOnlyList<Embedding> Data { get; init; }

    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>What was computed.</summary>
    public required Usage Usage { get; init; }
}

/// <summary>The embedding of one sequence.</summary>
public sealed record Embedding
{
    /// <summary><c>embedding</c>.</summary>
    public required string Object { get; init; }

    /// <summary>Which sequence of the request, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The vector; with <c>per_residue</c> the states, one array for each residue; with <c>base64</c> the
    /// little-endian float32 values of either.</summary>
    [JsonPropertyName("embedding")]
    public required EmbeddingValues Values { get; init; }
}

/// <summary>The values of an embedding: an array of numbers, an array of arrays, or a text in base64. It stands for them in
/// the description of the API.</summary>
public sealed class EmbeddingValues;

/// <summary>What a request cost.</summary>
public sealed record Usage
{
    /// <summary>The residues of all sequences.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>The same.</summary>
    public required long TotalTokens { get; init; }
}

/// <summary>What <c>GET /v1/models</c> gives.</summary>
public sealed record ModelsResponse
{
    /// <summary><c>list</c>.</summary>
    public required string Object { get; init; }

    /// <summary>The model that is loaded.</summary>
    public required IReadOnlyList<ModelBody> Data { get; init; }
}

/// <summary>A model that is loaded.</summary>
public sealed record ModelBody
{
    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary><c>model</c>.</summary>
    public required string Object { get; init; }

    /// <summary>When it was loaded, in seconds since 1970.</summary>
    public required long Created { get; init; }

    /// <summary><c>unirep</c>.</summary>
    public required string OwnedBy { get; init; }

    /// <summary>The licence of its weights: an SPDX expression, or <c>unknown</c>.</summary>
    public required string License { get; init; }

    /// <summary>The SHA-256 of its parameters: equal for equal numbers whatever the file.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The length of its vectors.</summary>
    public required int Units { get; init; }

    /// <summary>Its layers.</summary>
    public required int Layers { get; init; }

    /// <summary>The precision of its matrix products: <c>exact</c>, <c>int16</c>, <c>int8</c>.</summary>
    public required string Precision { get; init; }
}
