namespace UniRep.IO

open UniRep

/// Notices in the lengths of a list's lines that it may not be one sequence a line.
[<Sealed>]
type internal ListShape() =
    /// The most letters of a line that may be a name.
    static let longestName = 20
    /// The fewest letters of a sequence beside which a name is short.
    static let shortestSequence = 40
    /// The fewest letters of a line of a sequence that is broken into lines.
    static let shortestWidth = 40

    let mutable count = 0L
    let mutable first = 0
    let mutable last = 0
    let mutable isFirstShort = false
    let mutable areOthersLong = true
    let mutable isAlternating = true
    let mutable isEven = true

    let isShort length = length <= longestName
    let isLong length = length >= shortestSequence

    /// Takes the number of letters of the next line.
    member _.Add(length: int) =
        if count = 0L then
            first <- length
            isFirstShort <- isShort length
        else
            areOthersLong <- areOthersLong && isLong length
            // All lines but the current one have the first one's length.
            isEven <- isEven && (count = 1L || last = first)

        let isName = count % 2L = 0L
        isAlternating <- isAlternating && (if isName then isShort length else isLong length)
        last <- length
        count <- count + 1L

    /// What a user should be warned of.
    member _.Warnings =
        [
            if count > 1L && count % 2L = 0L && isAlternating then
                "every other line is short and may be a name, but is read as a sequence: write names as FASTA headers"
            elif count > 2L && isFirstShort && areOthersLong then
                "the first line is short beside the others and may be a heading, but is read as a sequence"

            if count > 2L && isEven && first >= shortestWidth && last < first then
                $"all lines but the last have {first} letters: if they are one sequence, write it as FASTA"
        ]
