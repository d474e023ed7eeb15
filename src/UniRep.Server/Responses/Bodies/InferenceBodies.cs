using System.Text.Json;

namespace UniRep.Server.Responses.Bodies;

/// <summary>What <c>GET /v2</c> gives.</summary>
public sealed record InferenceServer
{
    /// <summary>The name of the server.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>The extensions of the protocol that it has.</summary>
    public required IReadOnlyList<string> Extensions { get; init; }
}

/// <summary>What <c>GET /v2/health/live</c> gives.</summary>
public sealed record InferenceLive
{
    /// <summary>True.</summary>
    public required bool Live { get; init; }
}

/// <summary>What <c>GET /v2/health/ready</c> gives.</summary>
public sealed record InferenceReady
{
    /// <summary>Whether the server takes requests.</summary>
    public required bool Ready { get; init; }
}

/// <summary>What <c>GET /v2/models/{model}/ready</c> gives.</summary>
public sealed record InferenceModelReady
{
    /// <summary>The name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it takes requests.</summary>
    public required bool Ready { get; init; }
}

/// <summary>What <c>GET /v2/models/{model}</c> gives.</summary>
public sealed record InferenceModel
{
    /// <summary>The name of the model.</summary>
    public required string Name { get; init; }

    /// <summary>Its versions: one.</summary>
    public required IReadOnlyList<string> Versions { get; init; }

    /// <summary>What runs it.</summary>
    public required string Platform { get; init; }

    /// <summary>The tensors that it takes.</summary>
    public required IReadOnlyList<InferenceTensorShape> Inputs { get; init; }

    /// <summary>The tensors that it gives.</summary>
    public required IReadOnlyList<InferenceTensorShape> Outputs { get; init; }
}

/// <summary>A tensor that the model takes or gives.</summary>
public sealed record InferenceTensorShape
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The type of its elements.</summary>
    public required string Datatype { get; init; }

    /// <summary>Its shape; -1 stands for the number of sequences.</summary>
    public required IReadOnlyList<long> Shape { get; init; }
}

/// <summary>What <c>POST /v2/models/{model}/infer</c> gives.</summary>
public sealed record InferenceAnswerBody
{
    /// <summary>The name of the model.</summary>
    public required string ModelName { get; init; }

    /// <summary>Its version.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>The name of the request, if it has one.</summary>
    public string? Id { get; init; }

    /// <summary>The tensors that were asked for.</summary>
    public required IReadOnlyList<InferenceTensorBody> Outputs { get; init; }
}

/// <summary>A tensor of a response.</summary>
public sealed record InferenceTensorBody
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The type of its elements: <c>FP32</c> or <c>FP64</c>.</summary>
    public required string Datatype { get; init; }

    /// <summary>Its shape.</summary>
    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary><c>binary_data_size</c>, the number of bytes after the JSON that hold the elements, if they come so.</summary>
    public Dictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>The elements in one array, if they come as JSON.</summary>
    public IReadOnlyList<double>? Data { get; init; }
}
