namespace UniRep.IO

open System

/// How rows of an alignment are compared.
[<RequireQualifiedAccess>]
module private Rows =
    let gap = byte '-'

    let isLimit limit = limit > 0.0 && limit <= 1.0

    let share equal least =
        if least = 0 then 0.0 else float equal / float least

    /// For each number of residues of the shorter row the most that may be equal. Corrected from the product, which may
    /// round to the other side.
    let mostEqual limit width =
        Array.init (width + 1) (fun least ->
            let mutable most = int (limit * float least)

            while most < least && share (most + 1) least <= limit do
                most <- most + 1

            while most > 0 && share most least > limit do
                most <- most - 1

            most)

    /// Writes a row with another byte for gaps, which is the padding too; gives the number of residues.
    let write (row: byte[]) other (target: byte[]) =
        let mutable residues = 0

        for at in 0 .. row.Length - 1 do
            if row[at] = gap then
                target[at] <- other
            else
                target[at] <- row[at]
                residues <- residues + 1

        for at in row.Length .. target.Length - 1 do
            target[at] <- other

        residues

[<Sealed>]
type internal RowFilter(limit: float, width: int) =
    do
        if not (Rows.isLimit limit) then
            raise (
                ArgumentOutOfRangeException(
                    nameof limit,
                    limit,
                    "The limit of identity is above 0 and at most 1."
                )
            )

    let stride = ByteRows.strideOf width
    let mostEqual = Rows.mostEqual limit width
    // Gaps of a new row differ from those of kept rows, so that two gaps are never equal.
    let candidate = Array.zeroCreate<byte> stride
    let rows = ResizeArray<byte[]>()
    let residues = ResizeArray<int>()

    let isAlike own index =
        let most = mostEqual[min own residues[index]]
        ByteRows.hasMoreEqual most candidate 0 rows[index] 0 stride

    member _.Width = width

    member _.Take(row: byte[]) =
        if row.Length <> width then
            raise (ArgumentException($"A row has {row.Length} columns, not {width}.", nameof row))

        let own = Rows.write row 255uy candidate
        let mutable index = 0

        while index < rows.Count && not (isAlike own index) do
            index <- index + 1

        if index < rows.Count then
            false
        else
            let kept = Array.zeroCreate<byte> stride
            residues.Add(Rows.write row 0uy kept)
            rows.Add kept
            true

[<RequireQualifiedAccess>]
module RowIdentity =
    let isLimit limit = Rows.isLimit limit

    let between (first: byte[]) (second: byte[]) =
        ArgumentNullException.ThrowIfNull(first, nameof first)
        ArgumentNullException.ThrowIfNull(second, nameof second)

        if first.Length <> second.Length then
            raise (
                ArgumentException(
                    $"The rows have {first.Length} and {second.Length} columns.",
                    nameof second
                )
            )

        let residues row =
            row |> Array.sumBy (fun symbol -> if symbol = Rows.gap then 0 else 1)

        let equal =
            Array.fold2
                (fun count a b -> if a = b && a <> Rows.gap then count + 1 else count)
                0
                first
                second

        Rows.share equal (min (residues first) (residues second))

    let filter limit (rows: byte[][]) =
        ArgumentNullException.ThrowIfNull(rows, nameof rows)
        let width = if rows.Length = 0 then 0 else rows[0].Length
        let filter = RowFilter(limit, width)

        [|
            for index in 0 .. rows.Length - 1 do
                if filter.Take rows[index] then
                    index
        |]
