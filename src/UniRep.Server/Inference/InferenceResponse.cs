using System.Buffers;
using System.Globalization;
using System.Text.Json;
using UniRep.Server.Responses;

namespace UniRep.Server.Inference;

/// <summary>An output of a response, and whether it is sent as bytes after the JSON.</summary>
internal sealed record InferenceAnswer(InferenceTensor Tensor, bool IsBinary);

/// <summary>Writes the response of an inference: JSON, or JSON followed by the bytes of tensors.</summary>
internal sealed class InferenceResponse(
    string model,
    string version,
    string? id,
    IReadOnlyList<InferenceAnswer> answers
)
{
    private const int Piece = 64 * 1024;

    public async Task WriteAsync(HttpContext context)
    {
        if (answers.Any(answer => answer.IsBinary))
        {
            await WriteBinaryAsync(context);
            return;
        }

        await using var response = new JsonResponse(context);
        await WriteJsonAsync(response.Json, response.SendAsync);
    }

    private async Task WriteBinaryAsync(HttpContext context)
    {
        var head = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(head))
        {
            await WriteJsonAsync(json, () => ValueTask.CompletedTask);
        }

        var tensors = answers.Where(answer => answer.IsBinary).Select(answer => answer.Tensor);
        var response = context.Response;
        response.ContentType = "application/octet-stream";
        response.Headers[InferenceBody.HeaderLength] = head.WrittenCount.ToString(
            CultureInfo.InvariantCulture
        );
        response.ContentLength =
            head.WrittenCount + tensors.Sum(tensor => (long)tensor.RowBytes * tensor.Results.Count);
        var body = response.BodyWriter;
        await body.WriteAsync(head.WrittenMemory, context.RequestAborted);
        foreach (var tensor in tensors)
        {
            for (var row = 0; row < tensor.Results.Count; row++)
            {
                tensor.WriteRow(row, body.GetSpan(tensor.RowBytes)[..tensor.RowBytes]);
                body.Advance(tensor.RowBytes);
                if (body.UnflushedBytes >= Piece)
                {
                    await body.FlushAsync(context.RequestAborted);
                }
            }
        }

        await body.FlushAsync(context.RequestAborted);
    }

    private async Task WriteJsonAsync(Utf8JsonWriter json, Func<ValueTask> send)
    {
        json.WriteStartObject();
        json.WriteString("model_name", model);
        json.WriteString("model_version", version);
        if (id is not null)
        {
            json.WriteString("id", id);
        }

        json.WriteStartArray("outputs");
        foreach (var answer in answers)
        {
            await WriteTensorAsync(json, answer, send);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static async Task WriteTensorAsync(
        Utf8JsonWriter json,
        InferenceAnswer answer,
        Func<ValueTask> send
    )
    {
        var tensor = answer.Tensor;
        json.WriteStartObject();
        json.WriteString("name", tensor.Output.Name);
        json.WriteString("datatype", tensor.Output.Datatype);
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        if (answer.IsBinary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", (long)tensor.RowBytes * tensor.Results.Count);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data");
            for (var row = 0; row < tensor.Results.Count; row++)
            {
                WriteNumbers(json, tensor, row);
                await send();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, InferenceTensor tensor, int row)
    {
        if (tensor.Output.Pool is null)
        {
            json.WriteNumberValue(tensor.Results[row].LogLikelihood);
            return;
        }

        foreach (var value in tensor.Vector(row))
        {
            json.WriteNumberValue(value);
        }
    }
}
