using System.Text.Json;
using Microsoft.FSharp.Collections;
using UniRep.Compute;
using UniRep.Server.Computation;
using UniRep.Server.Requests;

namespace UniRep.Server.Responses;

/// <summary>Writes representations as NumPy's files, with the library's writers.</summary>
internal static class ArrayFile
{
    public static async Task WriteAsync(
        HttpContext context,
        ServedModel served,
        RepresentContent content,
        Represented[] results,
        string mediaType
    )
    {
        var isArchive = mediaType == RepresentFormat.Npz;
        using var file = new MemoryStream();
        Write(file, served, content, results, isArchive);
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = file.Length;
        context.Response.Headers.ContentDisposition =
            $"attachment; filename=\"representations.{(isArchive ? "npz" : "npy")}\"";
        await context.Response.Body.WriteAsync(
            file.GetBuffer().AsMemory(0, (int)file.Length),
            context.RequestAborted
        );
    }

    private static void Write(
        Stream file,
        ServedModel served,
        RepresentContent content,
        Represented[] results,
        bool isArchive
    )
    {
        var opened = RepFile.create(
            null,
            file,
            isArchive ? OutputFormat.Npz : OutputFormat.Npy,
            content.IsPerResidue
                ? OutputContent.PerResidue
                : OutputContent.NewPooled(ListModule.OfSeq(content.Pools)),
            served.Units,
            false
        );
        if (opened.IsError)
        {
            throw new IOException(opened.ErrorValue.Message);
        }

        using var writer = opened.ResultValue;
        for (var i = 0; i < results.Length; i++)
        {
            var output = OutputOf(results[i], i);
            writer.Write(results[i].Id, in output);
        }

        writer.Complete(Meta(served));
    }

    private static SequenceOutput OutputOf(Represented result, int index) =>
        result.States is { } states
            ? new SequenceOutput
            {
                Index = index,
                Length = result.Sequence.Length,
                HiddenStates = Vectors.Flat(states),
            }
            : new SequenceOutput
            {
                Index = index,
                Length = result.Sequence.Length,
                Average = result.Rep!.Average,
                Final = result.Rep.Final,
                Cell = result.Rep.Cell,
            };

    private static string Meta(ServedModel served) =>
        JsonSerializer.Serialize(
            new
            {
                model = served.Name,
                modelVersion = served.Model.Card.Version,
                fingerprint = served.Model.Fingerprint,
                program = $"unirep serve {served.Version}",
                precision = served.Model.Precision,
                device = DeviceModule.describe(served.Model.Device),
            }
        );
}
