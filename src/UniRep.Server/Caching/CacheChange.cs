namespace UniRep.Server.Caching;

/// <summary>A change of the database that waits: a value to write; or without a value a removal, or the note that the
/// value was used.</summary>
internal readonly record struct CacheChange(CacheKey Key, byte[]? Value, bool IsRemoval)
{
    /// <summary>Gets the bytes of the value.</summary>
    public long Bytes => Value?.Length ?? 0;

    /// <summary>Gets the bytes that the change takes in the file, about.</summary>
    public long Room => Value is null ? 0 : Bytes + CacheDatabase.RowOverhead;

    /// <summary>Makes the change.</summary>
    /// <param name="database">The database.</param>
    /// <param name="use">The place of the use before, in the order of all uses.</param>
    public void Apply(CacheDatabase database, ref long use)
    {
        if (Value is not null)
        {
            database.Add(Key, Value, ++use);
        }
        else if (IsRemoval)
        {
            database.Remove(Key);
        }
        else
        {
            database.Touch(Key, ++use);
        }
    }
}
