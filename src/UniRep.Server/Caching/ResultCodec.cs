using System.Runtime.InteropServices;
using UniRep.Server.Inference;

namespace UniRep.Server.Caching;

/// <summary>Turns results of one kind into bytes and back, bit for bit.</summary>
/// <param name="Kind">The name of the kind, a part of the key.</param>
/// <param name="Size">The number of bytes.</param>
/// <param name="Write">Writes a result into so many bytes.</param>
/// <param name="Read">Reads it; the arrays are new ones.</param>
internal sealed record ResultCodec<TResult>(
    string Kind,
    Func<TResult, long> Size,
    ResultCodec<TResult>.Writer Write,
    ResultCodec<TResult>.Reader Read
)
{
    public delegate void Writer(TResult result, Span<byte> target);

    public delegate TResult Reader(ReadOnlySpan<byte> bytes);

    public byte[] Encode(TResult result)
    {
        var bytes = new byte[Size(result)];
        Write(result, bytes);
        return bytes;
    }
}

/// <summary>The kinds of results that are kept. Bytes are in the order of this machine, which the key names.</summary>
internal static class ResultCodecs
{
    private const int Floats = 3 * sizeof(float);

    private static readonly (object Output, object Codec)[] All =
    [
        (Output.rep, new ResultCodec<Rep>("rep", SizeOf, Write, ReadRep)),
        (Output.hiddenStates, Table("hidden-states")),
        (Output.logits, Table("logits")),
        (
            Output.logLikelihoods,
            new ResultCodec<double[]>(
                "log-likelihoods",
                terms => (long)terms.Length * sizeof(double),
                (terms, target) => MemoryMarshal.AsBytes(terms.AsSpan()).CopyTo(target),
                bytes => MemoryMarshal.Cast<byte, double>(bytes).ToArray()
            )
        ),
        (
            InferenceOutputs.Vectors,
            new ResultCodec<InferenceResult>(
                "rep",
                result => SizeOf(result.Rep!),
                (result, target) => Write(result.Rep!, target),
                bytes => new InferenceResult(ReadRep(bytes), double.NaN)
            )
        ),
        (
            InferenceOutputs.LogLikelihood,
            new ResultCodec<InferenceResult>(
                "log-likelihood",
                _ => sizeof(double),
                (result, target) => MemoryMarshal.Write(target, result.LogLikelihood),
                bytes => new InferenceResult(null, MemoryMarshal.Read<double>(bytes))
            )
        ),
        (
            InferenceOutputs.Both,
            new ResultCodec<InferenceResult>(
                "rep and log-likelihood",
                result => SizeOf(result.Rep!) + sizeof(double),
                (result, target) =>
                {
                    MemoryMarshal.Write(target, result.LogLikelihood);
                    Write(result.Rep!, target[sizeof(double)..]);
                },
                bytes => new InferenceResult(
                    ReadRep(bytes[sizeof(double)..]),
                    MemoryMarshal.Read<double>(bytes)
                )
            )
        ),
    ];

    /// <summary>Finds how results of an output are kept; null if they are not.</summary>
    public static ResultCodec<TResult>? Find<TResult>(Output<TResult> output) =>
        (ResultCodec<TResult>?)
            Array.Find(All, known => ReferenceEquals(known.Output, output)).Codec;

    private static long SizeOf(Rep rep) => (long)rep.Average.Length * Floats;

    private static void Write(Rep rep, Span<byte> target)
    {
        var size = rep.Average.Length * sizeof(float);
        MemoryMarshal.AsBytes(rep.Average.AsSpan()).CopyTo(target);
        MemoryMarshal.AsBytes(rep.Final.AsSpan()).CopyTo(target[size..]);
        MemoryMarshal.AsBytes(rep.Cell.AsSpan()).CopyTo(target[(2 * size)..]);
    }

    private static Rep ReadRep(ReadOnlySpan<byte> bytes)
    {
        var values = MemoryMarshal.Cast<byte, float>(bytes);
        var units = values.Length / 3;
        return new Rep(
            values[..units].ToArray(),
            values.Slice(units, units).ToArray(),
            values[(2 * units)..].ToArray()
        );
    }

    private static ResultCodec<float[,]> Table(string kind) =>
        new(
            kind,
            table => sizeof(int) + (long)table.Length * sizeof(float),
            (table, target) =>
            {
                MemoryMarshal.Write(target, table.GetLength(1));
                MemoryMarshal.AsBytes(Responses.Vectors.Flat(table)).CopyTo(target[sizeof(int)..]);
            },
            bytes =>
            {
                var columns = MemoryMarshal.Read<int>(bytes);
                var values = MemoryMarshal.Cast<byte, float>(bytes[sizeof(int)..]);
                var table = new float[values.Length / columns, columns];
                values.CopyTo(MemoryMarshal.CreateSpan(ref table[0, 0], table.Length));
                return table;
            }
        );
}
