namespace UniRep.Compute;

/// <summary>Throws the exceptions for wrong arguments.</summary>
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

    public static void IfNot(bool isValid, double value, string name)
    {
        if (!isValid)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is out of range.");
        }
    }

    /// <summary>Throws if a number of threads is negative or too large.</summary>
    public static void IfNotThreads(int threads, string name)
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
                $"{value} is not a valid {typeof(T).Name}. Valid are {string.Join(", ", Enum.GetNames<T>())}."
            );
        }
    }

    /// <summary>Throws if outputs are not a combination of the known ones.</summary>
    public static void IfNotOutputs(Outputs outputs, string name)
    {
        if ((outputs & ~(Outputs.HiddenStates | Outputs.Logits)) != 0)
        {
            throw new ArgumentOutOfRangeException(
                name,
                outputs,
                $"{outputs} is not a combination of {string.Join(", ", Enum.GetNames<Outputs>())}."
            );
        }
    }

    /// <summary>Throws if a token cannot come before the residues of a sequence.</summary>
    public static void IfNotFirstToken(int token, string name)
    {
        if (token is not (MlstmShape.Start or MlstmShape.Stop))
        {
            throw new ArgumentException(
                $"The first token of a sequence is {MlstmShape.Start} (start) or {MlstmShape.Stop} (stop), not {token}.",
                name
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

    /// <summary>Throws if one array cannot hold the hidden states or logits of a sequence.</summary>
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
