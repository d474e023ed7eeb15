/// Texts that are not what they are taken for: tables and headings in lists, files of other formats.
module UniRep.Tests.MistakenTextTests

open UniRep
open UniRep.IO
open UniRep.Tests.InputErrorTests
open UniRep.Tests.TextInputTests
open Expecto
open UniRep.Testing

[<Tests>]
let tests =
    testList
        "MistakenTextTests"
        [
            testTheory
                "words of a line are never put together"
                [
                    "GFP\tMSKGEELF\nTEM\tMKTAYIAK\n"
                    "GFP MSKGEELF\nTEM MKTAYIAK\n"
                    "GFP\u00A0MSKGEELF\n"
                    "PROTEIN NAME\nMSKGEELF\n"
                    "id,sequence\nGFP,MSKGEELF\n"
                    "GFP;MSKGEELF\n"
                ]
            <| fun (text: string) ->
                for results in [ readText "a.txt" text; readPiped text ] do
                    let kind, message = results.Head
                    Assert.equal "error" kind

                    Assert.endsWith
                        ": line 1: more than one word on a line that should be one sequence: write names and sequences as FASTA, or as a table with a header row"
                        message

            testTheory
                "a heading above a list is refused, or left out"
                [ "SEQUENCE"; "Sequences"; "PROTEIN"; "PEPTIDES"; "ID" ]
            <| fun (heading: string) ->
                Assert.equal
                    [
                        "error",
                        $"a.txt: line 1: '{heading}' reads like a heading, not a sequence: remove it; a sequence like this needs a FASTA header"
                        "2", "MKT"
                        "3", "SEQ"
                    ]
                    (readText "a.txt" $"{heading}\nMKT\nSEQ\n")

            testCase "one line alone is no heading"
            <| fun () -> Assert.equal [ "1", "PEPTIDE" ] (readPiped "PEPTIDE\n")

            testCase "a FASTA header within a list is told"
            <| fun () ->
                Assert.equal
                    [
                        "1", "MKT"
                        "error",
                        "it: line 2: '>' begins a FASTA header, but the lines before are a list of one sequence a line: read the file as FASTA, or remove what is before its first header"
                    ]
                    (readPiped "MKT\n>a\nMK\n")

            testTheory
                "files of other kinds are called by their names"
                [
                    "CLUSTAL O(1.2.4) multiple sequence alignment\n\na MKT\n", "a CLUSTAL alignment"
                    "LOCUS       AAA 8 aa\nORIGIN\n 1 mkta\n", "a GenBank file"
                    "ID   GFP_AEQVI  Reviewed; 238 AA.\nSQ\n MSKGEELFTG\n",
                    "an EMBL or UniProt text file"
                    "HEADER    LUMINESCENT PROTEIN\nSEQRES   1 A MET SER\n", "a PDB file"
                    "data_1EMA\n#\n", "an mmCIF file"
                    "#NEXUS\nbegin data;\n", "a NEXUS file"
                    " 2 8\na MKTAYIAK\nb MKTAYIAK\n", "a PHYLIP alignment"
                    "PileUp\n\n MSF: 8\n", "a GCG or MSF file"
                    "@read1\nACGT\n+\nIIII\n", "a FASTQ file"
                    "<!DOCTYPE html>\n<html>\n", "HTML or XML"
                    "{\"id\": \"a\"}\n", "JSON"
                    ">P1;CRAB_ANAPL\nALPHA CRYSTALLIN B CHAIN\nMDITIHNPL*\n", "a PIR file"
                    "PK\003\004zip", "a zip file or a spreadsheet"
                    "BZh91AY", "a bzip2 file"
                ]
            <| fun (text: string, kind: string) ->
                let message (name: string) =
                    [
                        "error",
                        $"{name}: this is {kind}, which cannot be read: give the sequences as FASTA or as a table"
                    ]

                Assert.equal (message "it") (readPiped text)

                for name in [ "a.fasta"; "a.a2m"; "a.txt" ] do
                    Assert.equal (message name) (readText name text)

            testCase "numbered text is no FASTA, whatever is asked for"
            <| fun () ->
                let options =
                    { SequenceFile.defaults with
                        UpperCase = true
                        UnknownAsX = true
                    }

                Assert.equal
                    [
                        "error",
                        "a.fasta: record 'a', line 2, column 9: '1' is not a residue: remove numbers from sequences; numbered text, such as GenBank's, must be converted to FASTA"
                    ]
                    (readBytes
                        options
                        "a.fasta"
                        ">a\n        1 mktayiakqr qisfvkshfs\n       21 rqleerlgli\n"B)

            testCase "an extension of nucleotides is told"
            <| fun () ->
                Assert.equal
                    [
                        "a.fna: the extension means nucleotides, but the model reads proteins: translate them first"
                    ]
                    (ofText "a.fna" ">a\nMK\n")
        ]
