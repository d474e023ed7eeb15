using UniRep.Server.Computation;
using UniRep.Server.Requests;

namespace UniRep.Server.Responses;

/// <summary>Writes representations as JSON.</summary>
internal static class RepresentJson
{
    public static async Task WriteAsync(
        HttpContext context,
        ServedModel served,
        RepresentContent content,
        Represented[] results
    )
    {
        await using var response = new JsonResponse(context);
        var json = response.Json;
        json.WriteStartObject();
        json.WriteString("model", served.Name);
        json.WriteString("fingerprint", served.Model.Fingerprint);
        json.WriteString("precision", served.Model.Precision);
        json.WriteStartArray("data");
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("id", result.Id);
            json.WriteNumber("length", result.Sequence.Length);
            foreach (var pool in content.Pools)
            {
                json.WritePropertyName(pool.Name);
                Vectors.WriteNumbers(json, Pooling.VectorOf(result.Rep!, pool));
                await response.SendAsync();
            }

            if (result.States is { } states)
            {
                json.WritePropertyName("states");
                await response.WriteRowsAsync(states);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
