using UniRep.Server.Errors;

namespace UniRep.Server.Requests;

/// <summary>Which vector of a representation a request asks for.</summary>
internal static class Pooling
{
    private static readonly Dictionary<string, Pool> Pools = PoolModule.all.ToDictionary(pool =>
        pool.Name
    );

    /// <summary>Gets the words that requests use.</summary>
    public static IEnumerable<string> Words => Pools.Keys;

    /// <summary>Reads the word of a request; without one it is the average.</summary>
    public static Pool Parse(string? word) =>
        word is null ? Pool.Average
        : Pools.TryGetValue(word, out var pool) ? pool
        : throw RequestException.BadField(
            "pooling",
            $"'pooling' must be one of {string.Join(", ", Pools.Keys)}."
        );

    /// <summary>Refuses a request for both a vector and the states of residues.</summary>
    /// <param name="pooling">The field of the request; null if it is not set.</param>
    /// <param name="perResidue">Whether the states of residues are asked for.</param>
    public static void RequireOneOf(object? pooling, bool perResidue)
    {
        if (perResidue && pooling is not null)
        {
            throw RequestException.BadField(
                "pooling",
                "'pooling' and 'per_residue' exclude each other: states of residues are not pooled."
            );
        }
    }

    /// <summary>Gives the number of values of a vector, for a model of so many units.</summary>
    public static int Width(Pool pool, int units) => pool.IsFusion ? 3 * units : units;

    /// <summary>Gives the vector.</summary>
    public static float[] VectorOf(Rep rep, Pool pool) =>
        pool switch
        {
            { IsAverage: true } => rep.Average,
            { IsFinal: true } => rep.Final,
            { IsCell: true } => rep.Cell,
            _ => RepModule.fusion(rep),
        };
}
