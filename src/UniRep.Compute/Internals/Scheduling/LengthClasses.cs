namespace UniRep.Compute.Internals.Scheduling;

/// <summary>
/// The classes of lengths in a continuous run. The longer sequences are, the fewer of the lanes they may take together, so
/// that short sequences need not wait until long ones have ended.
/// </summary>
internal static class LengthClasses
{
    /// <summary>The residues from which each class begins, and the part of the lanes, in eighths, that it may take.</summary>
    private static readonly (int Residues, int Eighths)[] Classes =
    [
        (0, 8),
        (1_025, 7),
        (4_097, 4),
        (16_385, 2),
    ];

    /// <summary>Gets the number of classes.</summary>
    public static int Count => Classes.Length;

    /// <summary>Gives the class of a length.</summary>
    public static int Of(int residues) =>
        Array.FindLastIndex(Classes, limit => residues >= limit.Residues);

    /// <summary>Gives the number of lanes that sequences of a class and of the longer classes may take, at least 1.</summary>
    public static int Limit(int lengthClass, int lanes) =>
        (int)Math.Max(1, (long)lanes * Classes[lengthClass].Eighths / 8);
}
