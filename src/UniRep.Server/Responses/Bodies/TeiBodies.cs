namespace UniRep.Server.Responses.Bodies;

/// <summary>What <c>GET /info</c> gives.</summary>
public sealed record InfoResponse
{
    /// <summary>The name of the model.</summary>
    public required string ModelId { get; init; }

    /// <summary>The SHA-256 of its parameters.</summary>
    public required string ModelSha { get; init; }

    /// <summary>The numbers of its matrix products: <c>float32</c>, <c>int16</c>, <c>int8</c>.</summary>
    public required string ModelDtype { get; init; }

    /// <summary>What the model is for.</summary>
    public required TeiModelType ModelType { get; init; }

    /// <summary>The connections that may be open.</summary>
    public required int MaxConcurrentRequests { get; init; }

    /// <summary>The residues that a sequence may have.</summary>
    public required int MaxInputLength { get; init; }

    /// <summary>The residues that a request may have.</summary>
    public required long MaxBatchTokens { get; init; }

    /// <summary>The sequences that are computed side by side.</summary>
    public required int MaxBatchRequests { get; init; }

    /// <summary>The sequences that a request may have.</summary>
    public required int MaxClientBatchSize { get; init; }

    /// <summary>False: nothing is cut.</summary>
    public required bool AutoTruncate { get; init; }

    /// <summary>1.</summary>
    public required int TokenizationWorkers { get; init; }

    /// <summary>The version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>The length of the vectors.</summary>
    public required int Units { get; init; }

    /// <summary>The layers of the model.</summary>
    public required int Layers { get; init; }
}

/// <summary>The type of a model, as text-embeddings-inference says it.</summary>
public sealed record TeiModelType
{
    /// <summary>A model that gives embeddings.</summary>
    public required TeiEmbeddingType Embedding { get; init; }
}

/// <summary>How embeddings are made of states.</summary>
public sealed record TeiEmbeddingType
{
    /// <summary><c>mean</c>.</summary>
    public required string Pooling { get; init; }
}

/// <summary>A token of a sequence.</summary>
public sealed record TeiToken
{
    /// <summary>Its number.</summary>
    public required int Id { get; init; }

    /// <summary>Its letter.</summary>
    public required string Text { get; init; }

    /// <summary>Whether it is start or stop.</summary>
    public required bool Special { get; init; }

    /// <summary>Where it begins in the sequence, from 0; null if it is special.</summary>
    public required int? Start { get; init; }

    /// <summary>Where it ends; null if it is special.</summary>
    public required int? Stop { get; init; }
}
