using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using UniRep.Server.Computation;
using UniRep.Server.Requests;

namespace UniRep.Server.Responses;

/// <summary>Writes representations as an Arrow IPC stream: id, length, then a column of vectors for each pool, or one of
/// lists of states.</summary>
internal static class ArrowStream
{
    public static async Task WriteAsync(
        HttpContext context,
        ServedModel served,
        RepresentContent content,
        Represented[] results
    )
    {
        context.Response.ContentType = RepresentFormat.Arrow;
        var columns = new List<(Field Field, IArrowArray Array)>
        {
            (
                new Field("id", StringType.Default, false),
                new StringArray.Builder().AppendRange(results.Select(result => result.Id)).Build()
            ),
            (
                new Field("length", Int32Type.Default, false),
                new Int32Array.Builder()
                    .AppendRange(results.Select(result => result.Sequence.Length))
                    .Build()
            ),
        };
        columns.AddRange(content.Pools.Select(pool => VectorColumn(pool, served.Units, results)));
        if (content.IsPerResidue)
        {
            columns.Add(StatesColumn(served.Units, results));
        }

        var schema = new Schema(
            columns.Select(column => column.Field),
            new Dictionary<string, string>
            {
                ["model"] = served.Name,
                ["fingerprint"] = served.Model.Fingerprint,
                ["precision"] = served.Model.Precision,
                ["program"] = $"unirep serve {served.Version}",
            }
        );
        using var batch = new RecordBatch(
            schema,
            columns.Select(column => column.Array),
            results.Length
        );
        using var writer = new ArrowStreamWriter(context.Response.Body, schema, leaveOpen: true);
        await writer.WriteRecordBatchAsync(batch, context.RequestAborted);
        await writer.WriteEndAsync(context.RequestAborted);
    }

    private static (Field Field, IArrowArray Array) VectorColumn(
        Pool pool,
        int units,
        Represented[] results
    )
    {
        var type = VectorType(Pooling.Width(pool, units));
        var values = new FloatArray.Builder();
        foreach (var result in results)
        {
            values.Append(Pooling.VectorOf(result.Rep!, pool));
        }

        return (
            new Field(pool.Name, type, false),
            new FixedSizeListArray(type, results.Length, values.Build(), ArrowBuffer.Empty)
        );
    }

    private static (Field Field, IArrowArray Array) StatesColumn(int units, Represented[] results)
    {
        var vector = VectorType(units);
        var list = new ListType(new Field("item", vector, false));
        var values = new FloatArray.Builder();
        var offsets = new ArrowBuffer.Builder<int>(results.Length + 1).Append(0);
        var rows = 0;
        foreach (var result in results)
        {
            values.Append(Vectors.AfterResidues(result.States!));
            rows += result.Sequence.Length;
            offsets.Append(rows);
        }

        return (
            new Field("states", list, false),
            new ListArray(
                list,
                results.Length,
                offsets.Build(),
                new FixedSizeListArray(vector, rows, values.Build(), ArrowBuffer.Empty),
                ArrowBuffer.Empty
            )
        );
    }

    private static FixedSizeListType VectorType(int length) =>
        new(new Field("item", FloatType.Default, false), length);
}
