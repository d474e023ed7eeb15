using System.Runtime.InteropServices;
using UniRep.Compute.Internals.Scheduling;

namespace UniRep.Compute.Internals.Cuda;

/// <summary>A sequence in a row, as far as it is planned.</summary>
internal struct Row
{
    /// <summary>The sequence; null where the row is free.</summary>
    public Slot? Slot;

    /// <summary>The array that holds its residues, from an offset on.</summary>
    public byte[] Tokens;
    public int Offset;

    /// <summary>The positions that are planned.</summary>
    public int Position;

    /// <summary>The position after which others branch off or the sequence ends.</summary>
    public int NextStop;

    /// <summary>The step of the chunk from which it stands in this row.</summary>
    public int SinceStep;

    /// <summary>Sets where it stops next.</summary>
    public void FindNextStop() =>
        NextStop = Slot!.Branches.TryPeek(out var branch) ? branch.Positions : Slot.Steps;
}

/// <summary>
/// The rows of a batch and the sequences in them. A step computes the rows up to the last one in use, so those in use are
/// kept among the first.
/// </summary>
internal sealed class RowTable(int count)
{
    /// <summary>The rows that a tile of the device computes together: holes below such a number cost nothing.</summary>
    private const int RowsPerTile = 64;

    private readonly Row[] _rows = new Row[count];
    private readonly Stack<int> _holes = new();

    /// <summary>Gets the number of rows that hold a sequence.</summary>
    public int Used { get; private set; }

    /// <summary>Gets the number of rows up to the last one in use.</summary>
    public int Extent { get; private set; }

    /// <summary>Gets the number of rows.</summary>
    public int Count => count;

    /// <summary>Gets all rows.</summary>
    public Span<Row> All => _rows;

    /// <summary>Gets a row.</summary>
    public ref Row this[int row] => ref _rows[row];

    /// <summary>Puts a sequence into a free row.</summary>
    /// <returns>The row.</returns>
    public int Add(Slot slot, int step)
    {
        if (!_holes.TryPop(out var row))
        {
            row = Extent++;
        }

        Used++;
        ref var entry = ref _rows[row];
        (entry.Slot, entry.Position, entry.SinceStep) = (slot, slot.Position, step);
        var isArray = MemoryMarshal.TryGetArray(slot.Tokens, out var tokens);
        (entry.Tokens, entry.Offset) = isArray
            ? (tokens.Array ?? [], tokens.Offset)
            : (slot.Tokens.ToArray(), 0);
        entry.FindNextStop();
        return row;
    }

    /// <summary>Frees a row.</summary>
    public void Remove(int row)
    {
        _rows[row] = default;
        if (--Used == 0)
        {
            Extent = 0;
            _holes.Clear();
        }
        else
        {
            _holes.Push(row);
        }
    }

    /// <summary>Moves the last sequences into free rows, if a step then takes fewer tiles.</summary>
    /// <param name="move">Called with both rows before a sequence is moved.</param>
    public void Compact(Action<int, int> move)
    {
        var end = (Used + RowsPerTile - 1) / RowsPerTile * RowsPerTile;
        if (Extent <= end)
        {
            return;
        }

        var free = 0;
        for (var row = end; row < Extent; row++)
        {
            if (_rows[row].Slot is null)
            {
                continue;
            }

            while (_rows[free].Slot is not null)
            {
                free++;
            }

            move(row, free);
            _rows[free] = _rows[row];
            _rows[row] = default;
        }

        Shrink(end);
    }

    /// <summary>Sets the extent and the holes anew, where no row from a number on is in use.</summary>
    private void Shrink(int end)
    {
        while (_rows[end - 1].Slot is null)
        {
            end--;
        }

        Extent = end;
        _holes.Clear();
        for (var row = end - 1; row >= 0; row--)
        {
            if (_rows[row].Slot is null)
            {
                _holes.Push(row);
            }
        }
    }
}
