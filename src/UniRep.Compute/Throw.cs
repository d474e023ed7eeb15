namespace UniRep.Compute;

/// <summary>Raises the exceptions of callers' mistakes.</summary>
internal static class Throw
{
    public static void IfLength(float[] array, long expected, string name)
    {
        if (array.Length != expected)
        {
            throw new ArgumentException(
                $"{name} has {array.Length} elements; {expected} expected.",
                name
            );
        }
    }

    public static void IfNot(bool isMeant, double value, string name)
    {
        if (!isMeant)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is out of its range.");
        }
    }

    /// <summary>Refuses a number of threads that no machine is served by: each one takes memory and time.</summary>
    public static void IfNoNumberOfThreads(int threads, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, EngineOptions.MaximalThreads, name);
    }

    public static void IfUndefined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(
                name,
                value,
                $"There is no such {typeof(T).Name}: it is one of {string.Join(", ", Enum.GetNames<T>())}."
            );
        }
    }

    public static void IfShorter(int length, int least, string name)
    {
        if (length < least)
        {
            throw new ArgumentException(
                $"{name} has room for {length} numbers; {least} needed.",
                name
            );
        }
    }

    public static void IfNegative(long value, string name) =>
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);

    /// <summary>Throws if the hidden states or logits of a sequence are more numbers than one array holds.</summary>
    public static void IfTooManyResults(long index, int residues, MlstmShape shape, Outputs outputs)
    {
        var width = Math.Max(
            outputs.HasFlag(Outputs.HiddenStates) ? shape.Units : 0,
            outputs.HasFlag(Outputs.Logits) ? MlstmShape.Classes : 0
        );
        if ((residues + 1L) * width > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Sequence {index} has {residues} residues; one array holds the states or logits of at most "
                    + $"{(Array.MaxLength / width) - 1}."
            );
        }
    }
}
