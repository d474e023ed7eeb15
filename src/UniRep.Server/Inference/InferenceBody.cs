using System.Globalization;
using System.Text.Json;
using UniRep.Server.Errors;
using UniRep.Server.Requests;

namespace UniRep.Server.Inference;

/// <summary>Reads the body of an inference: JSON, or JSON followed by the bytes of tensors (the binary tensor
/// extension).</summary>
internal sealed class InferenceBody(JsonBody json)
{
    /// <summary>The header that says how many bytes of the body are JSON.</summary>
    public const string HeaderLength = "Inference-Header-Content-Length";

    private const string BinarySize = "binary_data_size";

    /// <summary>Reads the request, and the letters of its sequences.</summary>
    public async Task<(InferenceRequest Request, IReadOnlyList<string> Texts)> ReadAsync(
        HttpContext context
    )
    {
        var (request, bytes) = await ReadPartsAsync(context);
        var inputs = request.Inputs ?? throw Missing("inputs");
        InferenceRun.RequireOneInput(inputs.Count);
        var input = inputs[0] ?? throw Missing("inputs");
        InferenceParameters.RequireKnown(input.Parameters?.Keys);
        InferenceParameters.RequireKnown(request.Parameters?.Keys);
        var count = InferenceRun.RequireInput(input.Name, input.Datatype, input.Shape ?? []);
        return (request, TextsOf(input, count, bytes));
    }

    private async Task<(InferenceRequest Request, ReadOnlyMemory<byte> Bytes)> ReadPartsAsync(
        HttpContext context
    )
    {
        var given = context.Request.Headers[HeaderLength];
        if (given.Count == 0)
        {
            // Triton's clients name no media type where all is JSON.
            var request = await json.ReadAsync<InferenceRequest>(context, mayLackType: true);
            return (request, default);
        }

        using var body = await RequestBody.ReadAsync(
            context,
            async stream =>
            {
                var copy = new MemoryStream();
                await stream.CopyToAsync(copy, context.RequestAborted);
                return copy;
            }
        );
        if (
            !int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length > body.Length
        )
        {
            throw RequestException.BadField(
                HeaderLength,
                $"The header {HeaderLength} must be the number of bytes of the JSON, at most those of the body, which has {body.Length}."
            );
        }

        using var head = new MemoryStream(body.GetBuffer(), 0, length, false);
        return (
            await json.ReadAsync<InferenceRequest>(head, context.RequestAborted),
            body.GetBuffer().AsMemory(length, (int)body.Length - length)
        );
    }

    private static IReadOnlyList<string> TextsOf(
        InferenceRequestInput input,
        long count,
        ReadOnlyMemory<byte> bytes
    )
    {
        var size = InferenceParameters.Size(input.Parameters, BinarySize);
        if ((size ?? 0) != bytes.Length)
        {
            throw RequestException.BadField(
                BinarySize,
                $"{bytes.Length} bytes follow the JSON, but '{BinarySize}' of '{InferenceRun.Input}' is {size ?? 0}. The header {HeaderLength} says where the JSON ends."
            );
        }

        if (size is not null && input.Data is not null)
        {
            throw RequestException.BadField(
                "data",
                $"'data' and '{BinarySize}' exclude each other: the elements come once."
            );
        }

        if (size is not null)
        {
            return BytesTensor.Read(bytes.Span, count);
        }

        var texts = new List<string>();
        Collect(input.Data ?? throw Missing("data"), input.Shape!.Count, texts);
        InferenceRun.RequireCount(count, texts.Count);
        return texts;
    }

    /// <summary>Collects the strings of an array that is flat, or nested as its shape is.</summary>
    private static void Collect(JsonElement data, int dimensions, List<string> texts)
    {
        if (data.ValueKind != JsonValueKind.Array)
        {
            throw NotStrings();
        }

        foreach (var item in data.EnumerateArray())
        {
            switch (item.ValueKind)
            {
                case JsonValueKind.String:
                    texts.Add(TextOf(item));
                    break;
                case JsonValueKind.Array when dimensions == 2 && item.GetArrayLength() == 1:
                    Collect(item, 1, texts);
                    break;
                default:
                    throw NotStrings();
            }
        }
    }

    /// <summary>JSON may escape half a surrogate pair, which is no text.</summary>
    private static string TextOf(JsonElement item)
    {
        try
        {
            return item.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw NotStrings();
        }
    }

    private static RequestException NotStrings() =>
        RequestException.BadField(
            "data",
            "'data' must be an array of strings, flat or nested as the shape is: each the letters of one sequence."
        );

    private static RequestException Missing(string field) =>
        new(StatusCodes.Status400BadRequest, "missing_field", $"'{field}' is missing.")
        {
            Field = field,
        };
}
