/// Texts that are not what they are taken for: tables and headings in lists, files of other formats.
module UniRep.Tests.MistakenTextTests

open UniRep
open UniRep.IO
open UniRep.Tests.InputErrorTests
open UniRep.Tests.TextInputTests
open Xunit

[<Theory>]
[<InlineData("GFP\tMSKGEELF\nTEM\tMKTAYIAK\n")>]
[<InlineData("GFP MSKGEELF\nTEM MKTAYIAK\n")>]
[<InlineData("GFP\u00A0MSKGEELF\n")>]
[<InlineData("PROTEIN NAME\nMSKGEELF\n")>]
[<InlineData("id,sequence\nGFP,MSKGEELF\n")>]
[<InlineData("GFP;MSKGEELF\n")>]
let ``words of a line are never put together`` (text: string) =
    for results in [ readText "a.txt" text; readPiped text ] do
        let kind, message = results.Head
        Assert.Equal("error", kind)

        Assert.EndsWith(
            ": line 1: more than one word on a line that should be one sequence: write names and sequences as FASTA, or as a table with a header row",
            message
        )

[<Theory>]
[<InlineData("SEQUENCE")>]
[<InlineData("Sequences")>]
[<InlineData("PROTEIN")>]
[<InlineData("PEPTIDES")>]
[<InlineData("ID")>]
let ``a heading above a list is refused, or left out`` (heading: string) =
    Assert.Equal<(string * string) list>(
        [
            "error",
            $"a.txt: line 1: '{heading}' reads like a heading, not a sequence: remove it; a sequence like this needs a FASTA header"
            "2", "MKT"
            "3", "SEQ"
        ],
        readText "a.txt" $"{heading}\nMKT\nSEQ\n"
    )

[<Fact>]
let ``one line alone is no heading`` () =
    Assert.Equal<(string * string) list>([ "1", "PEPTIDE" ], readPiped "PEPTIDE\n")

[<Fact>]
let ``a FASTA header within a list is told`` () =
    Assert.Equal<(string * string) list>(
        [
            "1", "MKT"
            "error",
            "it: line 2: '>' begins a FASTA header, but the lines before are a list of one sequence a line: read the file as FASTA, or remove what is before its first header"
        ],
        readPiped "MKT\n>a\nMK\n"
    )

[<Theory>]
[<InlineData("CLUSTAL O(1.2.4) multiple sequence alignment\n\na MKT\n", "a CLUSTAL alignment")>]
[<InlineData("# STOCKHOLM 1.0\na MKT\n//\n", "a Stockholm alignment")>]
[<InlineData("LOCUS       AAA 8 aa\nORIGIN\n 1 mkta\n", "a GenBank file")>]
[<InlineData("ID   GFP_AEQVI  Reviewed; 238 AA.\nSQ\n MSKGEELFTG\n", "an EMBL or UniProt text file")>]
[<InlineData("HEADER    LUMINESCENT PROTEIN\nSEQRES   1 A MET SER\n", "a PDB file")>]
[<InlineData("data_1EMA\n#\n", "an mmCIF file")>]
[<InlineData("#NEXUS\nbegin data;\n", "a NEXUS file")>]
[<InlineData(" 2 8\na MKTAYIAK\nb MKTAYIAK\n", "a PHYLIP alignment")>]
[<InlineData("PileUp\n\n MSF: 8\n", "a GCG or MSF file")>]
[<InlineData("@read1\nACGT\n+\nIIII\n", "a FASTQ file")>]
[<InlineData("<!DOCTYPE html>\n<html>\n", "HTML or XML")>]
[<InlineData("{\"id\": \"a\"}\n", "JSON")>]
[<InlineData(">P1;CRAB_ANAPL\nALPHA CRYSTALLIN B CHAIN\nMDITIHNPL*\n", "a PIR file")>]
[<InlineData("PK\003\004zip", "a zip file or a spreadsheet")>]
[<InlineData("BZh91AY", "a bzip2 file")>]
let ``files of other kinds are called by their names`` (text: string, kind: string) =
    let message (name: string) =
        [
            "error",
            $"{name}: this is {kind}, which cannot be read: give the sequences as FASTA or as a table"
        ]

    Assert.Equal<(string * string) list>(message "it", readPiped text)

    for name in [ "a.fasta"; "a.a2m"; "a.txt" ] do
        Assert.Equal<(string * string) list>(message name, readText name text)

[<Fact>]
let ``numbered text is no FASTA, whatever is asked for`` () =
    let options =
        { SequenceFile.defaults with
            UpperCase = true
            UnknownAsX = true
        }

    Assert.Equal<(string * string) list>(
        [
            "error",
            "a.fasta: record 'a', line 2, column 9: '1' is not a residue: remove numbers from sequences; numbered text, such as GenBank's, must be converted to FASTA"
        ],
        readBytes options "a.fasta" ">a\n        1 mktayiakqr qisfvkshfs\n       21 rqleerlgli\n"B
    )

[<Fact>]
let ``an extension of nucleotides is told`` () =
    Assert.Equal<string list>(
        [
            "a.fna: the extension means nucleotides, but the model reads proteins: translate them first"
        ],
        ofText "a.fna" ">a\nMK\n"
    )
