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

    public static void IfNegative(long value, string name) =>
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
}
