using System.Text.Json;
using UniRep.Server.Errors;

namespace UniRep.Server.Inference;

/// <summary>What <c>POST /v2/models/{model}/infer</c> takes: the request of the Open Inference Protocol.</summary>
public sealed record InferenceRequest
{
    /// <summary>A name for the request; the response has it too.</summary>
    public string? Id { get; init; }

    /// <summary>Parameters of the request: <c>binary_data_output</c>, whether outputs come as bytes.</summary>
    public Dictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>The input tensors: one, named <c>sequence</c>.</summary>
    public IReadOnlyList<InferenceRequestInput>? Inputs { get; init; }

    /// <summary>The outputs that are wanted; all unless some are named.</summary>
    public IReadOnlyList<InferenceRequestOutput>? Outputs { get; init; }
}

/// <summary>An input tensor.</summary>
public sealed record InferenceRequestInput
{
    /// <summary>Its name: <c>sequence</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Its shape: <c>[N]</c> or <c>[N, 1]</c>.</summary>
    public IReadOnlyList<long>? Shape { get; init; }

    /// <summary>The type of its elements: <c>BYTES</c>.</summary>
    public string? Datatype { get; init; }

    /// <summary>Parameters: <c>binary_data_size</c>, the number of bytes after the JSON that hold the elements.</summary>
    public Dictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>The sequences as strings, flat or nested as the shape is; absent if they come as bytes.</summary>
    public JsonElement? Data { get; init; }
}

/// <summary>An output that is wanted.</summary>
public sealed record InferenceRequestOutput
{
    /// <summary>Its name: <c>average</c>, <c>final</c>, <c>cell</c>, <c>fusion</c> or <c>log_likelihood</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Parameters: <c>binary_data</c>, whether it comes as bytes.</summary>
    public Dictionary<string, JsonElement>? Parameters { get; init; }
}

/// <summary>Reads parameters. Those that the server does not know are passed over, as the protocol leaves them open, but
/// not those that would change what an output is.</summary>
internal static class InferenceParameters
{
    private static readonly string[] Refused =
    [
        "classification",
        "shared_memory_region",
        "shared_memory_offset",
        "shared_memory_byte_size",
    ];

    /// <summary>Refuses parameters of extensions that the server does not have.</summary>
    public static void RequireKnown(IEnumerable<string>? names)
    {
        if (names?.FirstOrDefault(name => Refused.Contains(name)) is { } name)
        {
            throw RequestException.BadField(
                "parameters",
                $"The parameter '{name}' belongs to an extension that this server does not have."
            );
        }
    }

    /// <summary>Reads true or false; null if it is absent.</summary>
    public static bool? Flag(Dictionary<string, JsonElement>? parameters, string name) =>
        parameters is null || !parameters.TryGetValue(name, out var value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw RequestException.BadField("parameters", $"'{name}' must be true or false.");

    /// <summary>Reads a number of bytes; null if it is absent.</summary>
    public static long? Size(Dictionary<string, JsonElement>? parameters, string name) =>
        parameters is null || !parameters.TryGetValue(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var size) && size >= 0
            ? size
        : throw RequestException.BadField("parameters", $"'{name}' must be a number of bytes.");
}
