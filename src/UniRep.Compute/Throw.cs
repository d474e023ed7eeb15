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

    public static void IfNegative(long value, string name) =>
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
}
